import { Elsewhere } from "../../shared/elsewhere.jsx";
import { number, plural } from "../../shared/format.js";
import { UploadLine } from "../../shared/upload_line.jsx";
import { applyFilter, load, nextPage, turnPage } from "../browsing.js";
import { keepMine, keepTheirs } from "../edits.js";
import { healthWords } from "../health.js";
import { decisionName } from "../wording.js";
import { StandingLine } from "./assist.jsx";
import { Menu } from "./menu.jsx";

/** @import { Conflict, LabelPanel } from "../state.js" */

/** @type {[number, string][]} */
const PAGE_SIZES = [50, 100, 200, 500].map((size) => [size, String(size)]);

/** Page n of N, with a way to any page. @param {{panel: LabelPanel}} props */
export function Pager({ panel }) {
  const { state } = panel;
  const matching = panel.matchingNow();
  const pages = Math.max(1, Math.ceil(matching / state.pageSize));
  const page = Math.floor(state.offset / state.pageSize) + 1;
  return (
    <div class="wb-pager">
      <button type="button" disabled={state.offset <= 0} onClick={() => turnPage(panel, -1)} aria-label="Previous page">
        ‹
      </button>
      <span class="wb-number">{`page ${number(page)} of ${number(pages)}`}</span>
      <button
        type="button"
        disabled={nextPage(panel) === null}
        onClick={() => turnPage(panel, 1)}
        aria-label="Next page"
      >
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
          onChange={(/** @type {Event} */ event) => goTo(panel, /** @type {HTMLInputElement} */ (event.target), pages)}
        />
      </label>
      <Menu
        name="A page holds"
        value={state.pageSize}
        choices={PAGE_SIZES}
        up
        onChoose={(/** @type {any} */ pageSize) => applyFilter(panel, {}, { pageSize })}
      />
      <Selected panel={panel} />
      <span class="wb-number wb-faint">{state.loading ? "loading …" : plural(matching, "image")}</span>
    </div>
  );
}

/** How many images are selected; where nothing is, the room stays. @param {{panel: LabelPanel}} props */
function Selected({ panel }) {
  const { selection } = panel.state;
  const some = selection.size > 0;
  return (
    <span class="wb-selection">
      <b class="wb-number" role="status">
        {some ? `${number(selection.size)} selected` : ""}
      </b>
      {some && (
        <button type="button" class="wb-link" onClick={() => panel.set({ selection: selection.none() })}>
          Deselect
        </button>
      )}
      <span class="wb-faint wb-ellipsis">{some ? "press a label’s key, or click it, to label them" : ""}</span>
    </span>
  );
}

/** @param {LabelPanel} panel @param {HTMLInputElement} input @param {number} pages */
function goTo(panel, input, pages) {
  const page = Math.max(1, Math.min(pages, Math.round(Number(input.value))));
  input.value = "";
  if (Number.isFinite(page)) load(panel, (page - 1) * panel.state.pageSize);
  panel.focusMain();
}

/** What is saved, what waits, and how the kernel is; what just happened; how to add images. @param {{panel: LabelPanel}} props */
export function Status({ panel }) {
  const { state } = panel;
  const conflicts = state.conflicts.filter(({ theme }) => theme === state.theme?.id);
  return (
    <div class="wb-foot">
      <div class="wb-over">
        {conflicts.slice(0, 3).map((conflict) => (
          <ConflictLine key={conflict.entry.key} panel={panel} conflict={conflict} />
        ))}
        {conflicts.length > 3 && <div class="wb-conflict">{`and ${number(conflicts.length - 3)} more`}</div>}
        {state.upload && (
          <UploadLine
            upload={state.upload}
            onStop={() => panel.changed()}
            onClose={() => panel.set({ upload: null })}
          />
        )}
      </div>
      <div class="wb-status">
        <span
          role="status"
          data-health={state.health}
          data-refused={panel.refusals}
          class={state.health === "live" || state.health === "busy" ? "" : "wb-warn"}
        >
          {healthWords(panel)}
        </span>
        <StandingLine panel={panel} />
        <span
          class={`wb-notice wb-grow${state.notice?.trouble ? " wb-warn" : ""}`}
          role={state.notice?.trouble ? "alert" : "status"}
          title={state.notice?.text}
        >
          <span class="wb-ellipsis">{state.notice?.text}</span>
          {state.notice?.action && (
            <button type="button" class="wb-link" onClick={state.notice.action.run}>
              {state.notice.action.name}
            </button>
          )}
        </span>
        {!panel.hasFocus && state.view !== "home" && <Elsewhere onBack={() => panel.focusMain()} />}
      </div>
    </div>
  );
}

/** @param {{panel: LabelPanel, conflict: Conflict}} props */
function ConflictLine({ panel, conflict }) {
  const { entry, outcome } = conflict;
  const { current } = outcome;
  const item = panel.items.get(entry.sample ?? 0);
  const theirs = decisionName(panel, { label: current?.label ?? null, skipped: current?.skipped ?? false });
  const mine = decisionName(panel, entry.to ?? { label: null, skipped: false });
  return (
    <div class="wb-conflict" role="alert">
      <span>{`${item?.name ?? "An image"}: ${current?.annotator ?? "somebody"} decided “${theirs}” first; your “${mine}” was not saved.`}</span>
      <button type="button" onClick={() => keepMine(panel, conflict)}>{`Use “${mine}”`}</button>
      <button type="button" onClick={() => keepTheirs(panel, conflict)}>{`Keep “${theirs}”`}</button>
    </div>
  );
}
