import { number, plural } from "../../shared/format.js";
import { applyFilter, showChosen } from "../browsing.js";
import { acceptPage, askToDelete } from "../commands.js";
import { CERTAINTY } from "../review.js";
import { choose } from "../uploads.js";
import { Actions, Menu } from "./menu.jsx";

/** @import { LabelPanel } from "../state.js" */
/** @import { Sort, Where } from "../messages.js" */

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

/** Filter, search, what is selected, order, view and size, in one row. @param {{panel: LabelPanel}} props */
export function Tools({ panel }) {
  const { state } = panel;
  const counts = panel.scopeNow();
  return (
    <div class="wb-tools">
      {state.chosen && <ChosenChip panel={panel} chosen={state.chosen} />}
      <div class="wb-segments" role="group" aria-label="Filter">
        {(state.theme?.boxes ? STATES.filter(([value]) => value === "all" || value === "skipped") : STATES).map(
          ([value, name]) => (
            <button
              key={value}
              type="button"
              aria-pressed={state.where.state === value}
              onClick={() => applyFilter(panel, { state: value })}
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
        placeholder="Search (/)"
        aria-label="Search by file name"
        value={panel.searchText ?? state.where.search}
        ref={(/** @type {HTMLInputElement | null} */ node) => {
          panel.searchBox = node;
        }}
        onInput={(/** @type {Event} */ event) => search(panel, /** @type {HTMLInputElement} */ (event.target).value)}
        onKeyDown={(/** @type {KeyboardEvent} */ event) => onSearchKey(panel, event)}
      />
      <span class="wb-grow" />
      {panel.review && (
        <button
          type="button"
          class="wb-accept"
          title="Accept the predictions of this page for all images that nobody has decided about (Shift+A)"
          onClick={() => acceptPage(panel)}
        >
          Accept page
        </button>
      )}
      <Menu
        name="Order"
        value={state.sort}
        choices={panel.review ? [...CERTAINTY, ...SORTS] : SORTS}
        onChoose={(/** @type {any} */ sort) => applyFilter(panel, {}, { sort })}
      />
      <View panel={panel} />
      <Actions name="More" actions={more(panel)} />
    </div>
  );
}

/** Grid or table, and how large the images of the grid are. @param {{panel: LabelPanel}} props */
function View({ panel }) {
  const { state } = panel;
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
            resize(panel, Number(/** @type {HTMLInputElement} */ (event.target).value))
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
            onClick={() => show(panel, /** @type {"grid" | "table"} */ (value))}
          >
            {name}
          </button>
        ))}
      </div>
    </div>
  );
}

/** The samples that the notebook chose: that only they are shown, and the way to all others and back. @param {{panel: LabelPanel, chosen: import("../state.js").Choice}} props */
function ChosenChip({ panel, chosen }) {
  const only = Boolean(panel.state.where.ids);
  const many = plural(chosen.ids.length, "chosen sample");
  const what = [many, chosen.about].filter(Boolean).join(": ");
  return (
    <span class={`wb-chosen${only ? " wb-on" : ""}`} role="status">
      {only && (
        <b class="wb-ellipsis" title={what}>
          {chosen.about ? <span class="wb-many">{`${many}: `}</span> : many}
          {chosen.about}
        </b>
      )}
      <button type="button" class="wb-link" title={only ? "" : what} onClick={() => showChosen(panel, !only)}>
        {only ? "Show all" : `Show the ${many}`}
      </button>
    </span>
  );
}

/** All that has no room in the row. @param {LabelPanel} panel @returns {[string, () => void][]} */
function more(panel) {
  const { state } = panel;
  const { selection } = state;
  /** @type {[string, () => void][]} */
  const actions = [];
  if (selection.size > 0) {
    actions.push(["Move to split…", () => panel.set({ dialog: { name: "move", split: "train" } })]);
    actions.push(["Delete… (Shift+Delete)", () => askToDelete(panel)]);
  }
  if (selection.matching === null && state.total > 0) {
    actions.push(["Select page", () => panel.set({ selection: selection.all(state.ids) })]);
    const all = () => panel.set({ selection: selection.everything(state.total) });
    actions.push([`Select all ${number(state.total)} that match`, all]);
  }
  if (!panel.gallery)
    actions.push(["Add images", () => choose(panel, false)], ["Add folder", () => choose(panel, true)]);
  if (!panel.gallery && !state.theme?.boxes)
    actions.push(["States of the labels…", () => panel.set({ dialog: { name: "states" } })]);
  const other = state.browse === "grid" ? "table" : "grid";
  actions.push([`Show as ${other}`, () => show(panel, other)]);
  if (state.browse === "grid") {
    actions.push(["Larger images", () => resize(panel, Math.min(256, state.size + 32))]);
    actions.push(["Smaller images", () => resize(panel, Math.max(48, state.size - 32))]);
  }
  return actions;
}

/** @param {LabelPanel} panel @param {string} text */
function search(panel, text) {
  panel.stopSearching();
  panel.searchText = text;
  panel.searchTimer = setTimeout(() => applyFilter(panel, { search: text.trim() }), 200);
}

/** Enter goes to what was found, Escape back to everything. @param {LabelPanel} panel @param {KeyboardEvent} event */
function onSearchKey(panel, event) {
  if (event.key !== "Enter" && event.key !== "Escape") return;
  // A browser empties the box at Escape by itself, and says nothing of it.
  event.preventDefault();
  const text = event.key === "Escape" ? "" : (panel.searchText ?? panel.state.where.search).trim();
  if (text !== panel.state.where.search) applyFilter(panel, { search: text });
  else panel.stopSearching();
  panel.changed();
  panel.focusMain();
}

/** @param {LabelPanel} panel @param {number} size */
function resize(panel, size) {
  panel.remember("size", size);
  panel.set({ size });
}

/** @param {LabelPanel} panel @param {"grid" | "table"} view */
function show(panel, view) {
  panel.remember("browse", view);
  panel.set({ view, browse: view });
}
