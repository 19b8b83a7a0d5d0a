import { number, plural } from "../../shared/format.js";
import { narrow, showChosen } from "../browsing.js";
import { acceptPage, askToDelete } from "../keyboard.js";
import { CERTAINTY } from "../review.js";
import { chooseFiles, chooseFolder } from "../uploading.js";
import { Menu } from "./menu.jsx";

/** @import { Desk } from "../desk.js" */
/** @import { Sort, Where } from "../types.js" */

/** @type {[Where["state"], string][]} */
const STATES = [
  ["all", "All"],
  ["unlabeled", "Unlabeled"],
  ["labeled", "Labeled"],
  ["skipped", "Skipped"],
];

/** @type {[Sort, string][]} */
const SORTS = [
  ["id", "first added"],
  ["-id", "last added"],
  ["name", "file name A–Z"],
  ["-name", "file name Z–A"],
  ["labeled_at", "first decided"],
  ["-labeled_at", "last decided"],
];

/** Filter, search, order, view and size. @param {{desk: Desk}} props */
export function Tools({ desk }) {
  const { state } = desk;
  const counts = desk.scopeNow();
  return (
    <div class="wb-tools">
      {state.chosen && <ChosenChip desk={desk} chosen={state.chosen} />}
      <div class="wb-segments" role="group" aria-label="Filter">
        {(state.theme?.boxes ? STATES.filter(([value]) => value === "all" || value === "skipped") : STATES).map(
          ([value, name]) => (
            <button
              key={value}
              type="button"
              aria-pressed={state.where.state === value}
              onClick={() => narrow(desk, { state: value })}
            >
              {name}
              <span class="wb-faint wb-number">{` ${counts ? number(counts.total({ ...state.where, state: value })) : "…"}`}</span>
            </button>
          ),
        )}
      </div>
      <input
        type="search"
        class="wb-search"
        placeholder="File name (/)"
        aria-label="Search by file name"
        value={state.where.search}
        ref={(/** @type {HTMLInputElement | null} */ node) => {
          desk.searchBox = node;
        }}
        onInput={(/** @type {Event} */ event) => search(desk, /** @type {HTMLInputElement} */ (event.target).value)}
        onKeyDown={(/** @type {KeyboardEvent} */ event) => event.key === "Enter" && desk.focusMain()}
      />
      <Menu
        name="Order"
        value={state.sort}
        choices={desk.review ? [...CERTAINTY, ...SORTS] : SORTS}
        onChoose={(/** @type {any} */ sort) => narrow(desk, {}, { sort })}
      />
      <View desk={desk} />
    </div>
  );
}

/** Grid or table, and how large the images of the grid are. @param {{desk: Desk}} props */
function View({ desk }) {
  const { state } = desk;
  return (
    <div class="wb-view">
      {state.browse === "grid" && (
        <input
          type="range"
          min={48}
          max={256}
          step={8}
          value={state.size}
          aria-label="Size of the images"
          title="Size of the images"
          onInput={(/** @type {Event} */ event) =>
            resize(desk, Number(/** @type {HTMLInputElement} */ (event.target).value))
          }
        />
      )}
      <div class="wb-segments" role="group" aria-label="View">
        {[
          ["grid", "Grid"],
          ["table", "Table"],
        ].map(([value, name]) => (
          <button
            key={value}
            type="button"
            aria-pressed={state.view === value}
            onClick={() => show(desk, /** @type {"grid" | "table"} */ (value))}
          >
            {name}
          </button>
        ))}
      </div>
    </div>
  );
}

/** The samples that the notebook chose: that only they are shown, and the way to all others and back. @param {{desk: Desk, chosen: import("../desk.js").Choice}} props */
function ChosenChip({ desk, chosen }) {
  const only = Boolean(desk.state.where.ids);
  const what = `${plural(chosen.ids.length, "chosen sample")}${chosen.about ? `: ${chosen.about}` : ""}`;
  return (
    <span class={`wb-chosen${only ? " wb-on" : ""}`} role="status">
      {only && (
        <b class="wb-ellipsis" title={what}>
          {what}
        </b>
      )}
      <button type="button" class="wb-link" title={only ? "" : what} onClick={() => showChosen(desk, !only)}>
        {only ? "Show all" : `Show the ${plural(chosen.ids.length, "chosen sample")}`}
      </button>
    </span>
  );
}

/** What is selected, and what can be done with it; always there, so that nothing moves under the pointer. @param {{desk: Desk}} props */
export function SelectionBar({ desk }) {
  const { state } = desk;
  const { selection } = state;
  const some = selection.size > 0;
  const everything = selection.matching !== null;
  const all = () => desk.set({ selection: selection.everything(state.total) });
  return (
    <div class={`wb-selection${some ? " wb-some" : ""}`}>
      <b class="wb-number" role="status">
        {some ? `${number(selection.size)} selected` : ""}
      </b>
      {some && (
        <button type="button" class="wb-link" onClick={() => desk.set({ selection: selection.none() })}>
          Deselect
        </button>
      )}
      {!everything && state.total > 0 && (
        <button type="button" class="wb-link" onClick={() => desk.set({ selection: selection.all(state.ids) })}>
          Select page
        </button>
      )}
      {!everything && state.total > 0 && (
        <button type="button" class="wb-link" onClick={all}>{`Select all ${number(state.total)} that match`}</button>
      )}
      <span class="wb-faint wb-ellipsis wb-grow">{some ? "press a label’s key to label them" : ""}</span>
      {some && (
        <button type="button" onClick={() => desk.set({ dialog: { name: "move", split: "train" } })}>
          Move to split…
        </button>
      )}
      {some && (
        <button type="button" onClick={() => askToDelete(desk)}>
          Delete…
        </button>
      )}
      {!some && desk.review && (
        <button
          type="button"
          title="Accept the predictions of this page for all images that nobody has decided about (Shift+A)"
          onClick={() => acceptPage(desk)}
        >
          Accept page
        </button>
      )}
      {!some && !desk.gallery && (
        <button type="button" onClick={() => chooseFiles(desk)}>
          Add images
        </button>
      )}
      {!some && !desk.gallery && (
        <button type="button" onClick={() => chooseFolder(desk)}>
          Add folder
        </button>
      )}
    </div>
  );
}

/** @param {Desk} desk @param {string} text */
function search(desk, text) {
  clearTimeout(desk.searchTimer);
  desk.searchTimer = setTimeout(() => narrow(desk, { search: text.trim() }), 200);
}

/** @param {Desk} desk @param {number} size */
function resize(desk, size) {
  desk.remember("size", size);
  desk.set({ size });
}

/** @param {Desk} desk @param {"grid" | "table"} view */
function show(desk, view) {
  desk.remember("browse", view);
  desk.set({ view, browse: view });
}
