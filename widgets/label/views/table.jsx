import { useLayoutEffect, useRef } from "preact/hooks";
import { bytes, moment } from "../../shared/format.js";
import { narrow } from "../browsing.js";
import { openFocus } from "../focusing.js";
import { answerWords } from "../review.js";
import { decisionName } from "../wording.js";
import { Guess } from "./answers.jsx";
import { Nothing, pick } from "./grid.jsx";
import { Mark } from "./mark.jsx";
import { ThumbView } from "./thumb.jsx";

/** @import { Desk } from "../desk.js" */
/** @import { Sort } from "../types.js" */

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
/** What a table of predictions has instead: what the model said, in the place of what is least asked for. @type {[string, Sort | null][]} */
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

/** The page as rows. @param {{desk: Desk}} props */
export function Table({ desk }) {
  const { state } = desk;
  const body = useRef(/** @type {HTMLTableSectionElement | null} */ (null));
  useLayoutEffect(() => {
    if (!desk.showCursor) return;
    desk.showCursor = false;
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
      aria-activedescendant={current === undefined ? undefined : `${desk.link.view}-${current}`}
      aria-busy={state.loading}
    >
      <table class="wb-table" role="presentation">
        <thead role="presentation">
          <tr role="presentation">
            {(desk.review ? REVIEWED : COLUMNS).map(([name, sort]) => (
              <Head key={name} desk={desk} name={name} sort={sort} />
            ))}
          </tr>
        </thead>
        <tbody ref={body} role="presentation">
          {state.ids.map((id, index) => (
            <Row key={id} desk={desk} id={id} index={index} />
          ))}
        </tbody>
      </table>
      {state.ids.length === 0 && !state.loading && <Nothing desk={desk} />}
    </div>
  );
}

/** @param {{desk: Desk, name: string, sort: Sort | null}} props */
function Head({ desk, name, sort }) {
  const place = NUMBERS.includes(name) ? "wb-number" : "";
  if (!sort)
    return (
      <th role="presentation" class={place}>
        {name}
      </th>
    );
  const now = desk.state.sort;
  const arrow = now === sort ? " ▲" : now === `-${sort}` ? " ▼" : "";
  const next = /** @type {Sort} */ (now === sort ? `-${sort}` : sort);
  return (
    <th role="presentation" class={place}>
      <button
        type="button"
        class="wb-link"
        onClick={() => narrow(desk, {}, { sort: next })}
        title={`Sort by ${name.toLowerCase()}`}
      >
        {name + arrow}
      </button>
    </th>
  );
}

/** @param {{desk: Desk, id: number, index: number}} props */
function Row({ desk, id, index }) {
  const item = desk.items.get(id);
  if (!item) return null;
  const selected = desk.state.selection.has(id);
  const current = index === desk.state.cursor;
  return (
    <tr
      id={`${desk.link.view}-${id}`}
      class={`${selected ? "wb-selected" : ""}${current ? " wb-current" : ""}`}
      role="option"
      aria-selected={selected}
      aria-label={[item.name, decisionName(desk, item), answerWords(desk, item)].filter(Boolean).join(", ")}
      data-sample={id}
      onMouseDown={(/** @type {MouseEvent} */ event) => event.shiftKey && event.preventDefault()}
      onClick={(/** @type {MouseEvent} */ event) => pick(desk, index, event)}
      onDblClick={() => openFocus(desk, index)}
    >
      <td>
        <ThumbView thumb={desk.thumbs.get(id)} side={32} />
      </td>
      <td class="wb-name" title={item.name}>
        {item.name}
      </td>
      <td class="wb-marked">
        <Mark desk={desk} item={item} />
      </td>
      {desk.review && (
        <td class="wb-marked">
          <Guess desk={desk} item={item} />
        </td>
      )}
      <td>{item.split ?? ""}</td>
      <td>{item.annotator ?? ""}</td>
      <td class="wb-number">{moment(item.at)}</td>
      <td class="wb-number">{`${item.width} × ${item.height}`}</td>
      {!desk.review && <td class="wb-number">{bytes(item.size)}</td>}
      {!desk.review && <td class="wb-number">{moment(item.added)}</td>}
    </tr>
  );
}
