import { number } from "../../shared/format.js";
import { Picture } from "./image.jsx";

/** @import { Row } from "../messages.js" */
/** @import { ExplorePanel } from "../state.js" */

/** The samples to choose from. @param {{panel: ExplorePanel}} props */
export function Side({ panel }) {
  const { labels, label, split, search, rows, total, boxed, of, sample } = panel.state;
  return (
    <nav class="wb-side" aria-label="Samples">
      <div class="wb-filters">
        {boxed && (
          <div class="wb-segments" role="group" aria-label="Samples are">
            {
              /** @type {const} */ (["images", "boxes"]).map((each) => (
                <button key={each} type="button" aria-pressed={of === each} onClick={() => panel.lookAt(each)}>
                  {each}
                </button>
              ))
            }
          </div>
        )}
        <select
          aria-label="Label"
          value={label ?? ""}
          onChange={(/** @type {any} */ event) =>
            panel.filter({ label: event.target.value ? Number(event.target.value) : null })
          }
        >
          <option value="">all labels</option>
          {labels.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </select>
        <select
          aria-label="Split"
          value={split}
          onChange={(/** @type {any} */ event) => panel.filter({ split: event.target.value })}
        >
          {[
            ["", "all splits"],
            ["train", "train"],
            ["valid", "valid"],
            ["test", "test"],
            ["none", "no split"],
          ].map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
        <input
          type="search"
          placeholder="File name"
          aria-label="Search by file name"
          value={search}
          onInput={(/** @type {any} */ event) => panel.filter({ search: event.target.value })}
        />
      </div>
      <div class="wb-rows">
        <div
          class="wb-list"
          role="listbox"
          aria-label="Images"
          tabIndex={0}
          aria-activedescendant={
            rows.some(({ id }) => id === sample?.id) ? `${panel.link.view}-${sample?.id}` : undefined
          }
          onKeyDown={(/** @type {KeyboardEvent} */ event) => onArrow(panel, event)}
        >
          {rows.map((row) => (
            <Card key={row.id} panel={panel} row={row} />
          ))}
        </div>
        {rows.length === 0 && (search !== "" || label !== null || split !== "") && (
          <p class="wb-faint wb-none">No image matches.</p>
        )}
        {rows.length < total && (
          <button type="button" class="wb-more" onClick={() => panel.list(rows.length)}>
            Show more
          </button>
        )}
      </div>
      <div class="wb-faint wb-count">{`${number(rows.length)} of ${number(total)} ${of}`}</div>
    </nav>
  );
}

/** @param {ExplorePanel} panel @param {KeyboardEvent} event */
function onArrow(panel, event) {
  const by = /** @type {Record<string, 1 | -1>} */ ({ ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 })[
    event.key
  ];
  if (!by) return;
  event.preventDefault();
  panel.step(by);
}

/** @param {{panel: ExplorePanel, row: Row}} props */
function Card({ panel, row }) {
  const chosen = panel.state.sample?.id === row.id;
  const text = `${row.name}, ${row.label || "unlabeled"}`;
  return (
    <div
      id={`${panel.link.view}-${row.id}`}
      class={`wb-card${chosen ? " wb-chosen" : ""}`}
      role="option"
      aria-selected={chosen}
      aria-label={text}
      title={text}
      data-sample={row.id}
      onClick={() => panel.choose(row)}
    >
      <Picture of={row.picture} from={panel.state.rowPictures} alt="" side={52} />
    </div>
  );
}
