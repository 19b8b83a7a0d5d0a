import { number, plural } from "../../shared/format.js";
import { applyFilter, showChosen } from "../browsing.js";
import { acceptPage, askToDelete } from "../commands.js";
import { CERTAINTY } from "../review.js";
import { chooseFiles, chooseFolder } from "../uploads.js";
import { Menu } from "./menu.jsx";

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

/** Filter, search, order, view and size. @param {{panel: LabelPanel}} props */
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
        placeholder="File name (/)"
        aria-label="Search by file name"
        value={panel.searchText ?? state.where.search}
        ref={(/** @type {HTMLInputElement | null} */ node) => {
          panel.searchBox = node;
        }}
        onInput={(/** @type {Event} */ event) => search(panel, /** @type {HTMLInputElement} */ (event.target).value)}
        onKeyDown={(/** @type {KeyboardEvent} */ event) => onSearchKey(panel, event)}
      />
      <Menu
        name="Order"
        value={state.sort}
        choices={panel.review ? [...CERTAINTY, ...SORTS] : SORTS}
        onChoose={(/** @type {any} */ sort) => applyFilter(panel, {}, { sort })}
      />
      <View panel={panel} />
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
  const what = `${plural(chosen.ids.length, "chosen sample")}${chosen.about ? `: ${chosen.about}` : ""}`;
  return (
    <span class={`wb-chosen${only ? " wb-on" : ""}`} role="status">
      {only && (
        <b class="wb-ellipsis" title={what}>
          {what}
        </b>
      )}
      <button type="button" class="wb-link" title={only ? "" : what} onClick={() => showChosen(panel, !only)}>
        {only ? "Show all" : `Show the ${plural(chosen.ids.length, "chosen sample")}`}
      </button>
    </span>
  );
}

/** What is selected, and what can be done with it; always there, so that nothing moves under the pointer. @param {{panel: LabelPanel}} props */
export function SelectionBar({ panel }) {
  const { state } = panel;
  const { selection } = state;
  const some = selection.size > 0;
  const everything = selection.matching !== null;
  const matching = panel.matchingNow();
  const all = () => panel.set({ selection: selection.everything(matching) });
  return (
    <div class={`wb-selection${some ? " wb-some" : ""}`}>
      <b class="wb-number" role="status">
        {some ? `${number(selection.size)} selected` : ""}
      </b>
      {some && (
        <button type="button" class="wb-link" onClick={() => panel.set({ selection: selection.none() })}>
          Deselect
        </button>
      )}
      {!everything && state.total > 0 && (
        <button type="button" class="wb-link" onClick={() => panel.set({ selection: selection.all(state.ids) })}>
          Select page
        </button>
      )}
      {!everything && state.total > 0 && (
        <button type="button" class="wb-link" onClick={all}>{`Select all ${number(matching)} that match`}</button>
      )}
      <span class="wb-faint wb-ellipsis wb-grow">{some ? "press a label’s key to label them" : ""}</span>
      {some && (
        <button type="button" onClick={() => panel.set({ dialog: { name: "move", split: "train" } })}>
          Move to split…
        </button>
      )}
      {some && (
        <button type="button" onClick={() => askToDelete(panel)}>
          Delete…
        </button>
      )}
      {!some && panel.review && (
        <button
          type="button"
          title="Accept the predictions of this page for all images that nobody has decided about (Shift+A)"
          onClick={() => acceptPage(panel)}
        >
          Accept page
        </button>
      )}
      {!some && !panel.gallery && (
        <button type="button" onClick={() => chooseFiles(panel)}>
          Add images
        </button>
      )}
      {!some && !panel.gallery && (
        <button type="button" onClick={() => chooseFolder(panel)}>
          Add folder
        </button>
      )}
    </div>
  );
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
