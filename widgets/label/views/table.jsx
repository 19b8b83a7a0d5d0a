import { useLayoutEffect, useRef } from "preact/hooks";
import { bytes, moment } from "../../shared/format.js";
import { MiddleName } from "../../shared/middle_name.jsx";
import { applyFilter } from "../browsing.js";
import { openFocus } from "../focus.js";
import { answerWords } from "../review.js";
import { decisionName } from "../wording.js";
import { Nothing, pick } from "./grid.jsx";
import { Mark } from "./mark.jsx";
import { Prediction } from "./predictions.jsx";
import { ThumbnailView } from "./thumbnail.jsx";

/** @import { LabelPanel } from "../state.js" */
/** @import { Sort } from "../messages.js" */

/** Columns: name, and the order that a click on it gives. @type {[string, Sort | null][]} */
const COLUMNS = [
  ["", null],
  ["File name", "name"],
  ["Label", null],
  ["Split", null],
  ["Annotator", null],
  ["Decided", "labeled_at"],
  ["Pixels", null],
  ["Size", null],
  ["Added", "id"],
];
/** What a table of predictions has instead: what the model said, instead of what is least asked for. @type {[string, Sort | null][]} */
const REVIEWED = [
  ["", null],
  ["File name", "name"],
  ["Label", null],
  ["Predicted", "score"],
  ["Split", null],
  ["Annotator", null],
  ["Decided", "labeled_at"],
  ["Pixels", null],
];
const NUMBERS = ["Decided", "Pixels", "Size", "Added"];

/** The page as rows. @param {{panel: LabelPanel}} props */
export function Table({ panel }) {
  const { state } = panel;
  const body = useRef(/** @type {HTMLTableSectionElement | null} */ (null));
  useLayoutEffect(() => {
    if (!panel.showCursor) return;
    panel.showCursor = false;
    body.current?.children[state.cursor]?.scrollIntoView({ block: "nearest" });
  });
  const current = state.ids[state.cursor];
  return (
    <div
      class="wb-scroll"
      tabIndex={0}
      data-main=""
      role="listbox"
      aria-multiselectable="true"
      aria-label="Images"
      aria-activedescendant={current === undefined ? undefined : `${panel.link.view}-${current}`}
      aria-busy={state.loading}
    >
      <table class="wb-table" role="presentation">
        <thead role="presentation">
          <tr role="presentation">
            {(panel.review ? REVIEWED : COLUMNS).map(([name, sort]) => (
              <Head key={name} panel={panel} name={name} sort={sort} />
            ))}
          </tr>
        </thead>
        <tbody ref={body} role="presentation">
          {state.ids.map((id, index) => (
            <Row key={id} panel={panel} id={id} index={index} />
          ))}
        </tbody>
      </table>
      {state.ids.length === 0 && !state.loading && <Nothing panel={panel} />}
    </div>
  );
}

/** @param {{panel: LabelPanel, name: string, sort: Sort | null}} props */
function Head({ panel, name, sort }) {
  const align = NUMBERS.includes(name) ? "wb-number" : "";
  if (!sort)
    return (
      <th role="presentation" class={align}>
        {name}
      </th>
    );
  const now = panel.state.sort;
  const arrow = now === sort ? " ▲" : now === `-${sort}` ? " ▼" : "";
  const next = /** @type {Sort} */ (now === sort ? `-${sort}` : sort);
  return (
    <th role="presentation" class={align}>
      <button
        type="button"
        class="wb-link"
        onClick={() => applyFilter(panel, {}, { sort: next })}
        title={`Sort by ${name.toLowerCase()}`}
      >
        {name + arrow}
      </button>
    </th>
  );
}

/** @param {{panel: LabelPanel, id: number, index: number}} props */
function Row({ panel, id, index }) {
  const item = panel.items.get(id);
  if (!item) return null;
  const selected = panel.state.selection.has(id);
  const current = index === panel.state.cursor;
  return (
    <tr
      id={`${panel.link.view}-${id}`}
      class={`${selected ? "wb-selected" : ""}${current ? " wb-current" : ""}`}
      role="option"
      aria-selected={selected}
      aria-label={[item.name, decisionName(panel, item), answerWords(panel, item)].filter(Boolean).join(", ")}
      data-sample={id}
      onMouseDown={(/** @type {MouseEvent} */ event) => event.shiftKey && event.preventDefault()}
      onClick={(/** @type {MouseEvent} */ event) => pick(panel, index, event)}
      onDblClick={() => openFocus(panel, index)}
    >
      <td>
        <ThumbnailView thumb={panel.thumbnails.get(id)} side={32} />
      </td>
      <td class="wb-name">
        <MiddleName name={item.name} />
      </td>
      <td class="wb-marked">
        <Mark panel={panel} item={item} />
      </td>
      {panel.review && (
        <td class="wb-marked">
          <Prediction panel={panel} item={item} />
        </td>
      )}
      <td>{item.split ?? ""}</td>
      <td>{item.annotator ?? ""}</td>
      <td class="wb-number">{moment(item.at)}</td>
      <td class="wb-number">{`${item.width} × ${item.height}`}</td>
      {!panel.review && <td class="wb-number">{bytes(item.size)}</td>}
      {!panel.review && <td class="wb-number">{moment(item.added)}</td>}
    </tr>
  );
}
