import { number, plural } from "../../shared/format.js";
import { load, narrow, turnPage } from "../browsing.js";
import { dismiss, insist } from "../deciding.js";
import { healthWords } from "../health.js";
import { stopUpload } from "../uploading.js";
import { decisionName } from "../wording.js";
import { Menu } from "./menu.jsx";

/** @import { Conflict, Desk } from "../desk.js" */

/** @type {[number, string][]} */
const PAGE_SIZES = [50, 100, 200, 500].map((size) => [size, String(size)]);

/** Page n of N, with a way to any page. @param {{desk: Desk}} props */
export function Pager({ desk }) {
  const { state } = desk;
  const pages = Math.max(1, Math.ceil(state.total / state.pageSize));
  const page = Math.floor(state.offset / state.pageSize) + 1;
  return (
    <div class="wb-pager">
      <button type="button" disabled={page <= 1} onClick={() => turnPage(desk, -1)} aria-label="Previous page">
        ‹
      </button>
      <span class="wb-number">{`page ${number(page)} of ${number(pages)}`}</span>
      <button type="button" disabled={page >= pages} onClick={() => turnPage(desk, 1)} aria-label="Next page">
        ›
      </button>
      <label>
        <span class="wb-faint">go to </span>
        <input
          type="number"
          min={1}
          max={pages}
          class="wb-goto"
          aria-label="Go to page"
          onChange={(/** @type {Event} */ event) => goTo(desk, /** @type {HTMLInputElement} */ (event.target), pages)}
        />
      </label>
      <Menu
        name="A page holds"
        value={state.pageSize}
        choices={PAGE_SIZES}
        up
        onChoose={(/** @type {any} */ pageSize) => narrow(desk, {}, { pageSize })}
      />
      <span class="wb-grow" />
      <span class="wb-number wb-faint">{state.loading ? "loading …" : plural(state.total, "image")}</span>
    </div>
  );
}

/** @param {Desk} desk @param {HTMLInputElement} input @param {number} pages */
function goTo(desk, input, pages) {
  const page = Math.max(1, Math.min(pages, Math.round(Number(input.value))));
  input.value = "";
  if (Number.isFinite(page)) load(desk, (page - 1) * desk.state.pageSize);
  desk.focusMain();
}

/** What is saved, what waits, and how the kernel is; what just happened; how to add images. @param {{desk: Desk}} props */
export function Status({ desk }) {
  const { state } = desk;
  const conflicts = state.conflicts.filter(({ theme }) => theme === state.theme?.id);
  return (
    <div class="wb-foot">
      {conflicts.slice(0, 3).map((conflict) => (
        <ConflictLine key={conflict.entry.key} desk={desk} conflict={conflict} />
      ))}
      {conflicts.length > 3 && <div class="wb-conflict">{`and ${number(conflicts.length - 3)} more`}</div>}
      {state.upload && <UploadLine desk={desk} />}
      <div class="wb-status">
        <span
          role="status"
          data-health={state.health}
          data-refused={desk.refusals}
          class={state.health === "live" || state.health === "busy" ? "" : "wb-warn"}
        >
          {healthWords(desk)}
        </span>
        <span
          class={`wb-notice wb-grow${state.notice?.trouble ? " wb-warn" : ""}`}
          role={state.notice?.trouble ? "alert" : "status"}
        >
          {state.notice?.text}
          {state.notice?.action && (
            <button type="button" class="wb-link" onClick={state.notice.action.run}>
              {state.notice.action.name}
            </button>
          )}
        </span>
        {state.view !== "home" && state.view !== "focus" && !desk.gallery && (
          <span class="wb-faint">drop images anywhere to add them</span>
        )}
      </div>
    </div>
  );
}

/** @param {{desk: Desk, conflict: Conflict}} props */
function ConflictLine({ desk, conflict }) {
  const { entry, outcome } = conflict;
  const { current } = outcome;
  const item = desk.items.get(entry.sample ?? 0);
  const theirs = decisionName(desk, { label: current?.label ?? null, skipped: current?.skipped ?? false });
  const mine = decisionName(desk, entry.to ?? { label: null, skipped: false });
  return (
    <div class="wb-conflict" role="alert">
      <span>{`${item?.name ?? "An image"}: ${current?.annotator ?? "somebody"} decided “${theirs}” meanwhile; your “${mine}” was not saved.`}</span>
      <button type="button" onClick={() => insist(desk, conflict)}>{`Use “${mine}”`}</button>
      <button type="button" onClick={() => dismiss(desk, conflict)}>{`Keep “${theirs}”`}</button>
    </div>
  );
}

/** @param {{desk: Desk}} props */
function UploadLine({ desk }) {
  const upload = desk.state.upload;
  if (!upload) return null;
  const parts = [`${number(upload.added)} added`];
  if (upload.duplicates > 0) parts.push(`${number(upload.duplicates)} there already`);
  if (upload.rejected.length > 0) parts.push(`${number(upload.rejected.length)} rejected`);
  const share = upload.total > 0 ? (100 * upload.done) / upload.total : 100;
  return (
    <div class="wb-upload" role="status">
      <span>
        {upload.finished
          ? upload.trouble || (upload.stopped ? "Upload stopped" : "Upload finished")
          : `Adding images, ${Math.floor(share)} %`}
      </span>
      {!upload.finished && (
        <span class="wb-progress">
          <span style={{ width: `${share}%` }} />
        </span>
      )}
      <span class="wb-number">{parts.join(", ")}</span>
      {upload.rejected.length > 0 && (
        <span
          class="wb-warn wb-ellipsis wb-grow"
          title={upload.rejected.map((file) => `${file.name}: ${file.reason}`).join("\n")}
        >
          {upload.rejected
            .slice(0, 2)
            .map((file) => `${file.name}: ${file.reason}`)
            .join("; ")}
        </span>
      )}
      <button
        type="button"
        class="wb-link"
        onClick={() => (upload.finished ? desk.set({ upload: null }) : stopUpload(desk))}
      >
        {upload.finished ? "Close" : "Stop"}
      </button>
    </div>
  );
}
