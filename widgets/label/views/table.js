import { h } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { bytes, moment } from "../../shared/format.js";
import { narrow } from "../browsing.js";
import { openFocus } from "../focusing.js";
import { answerWords } from "../review.js";
import { decisionName } from "../wording.js";
import { Guess } from "./answers.js";
import { Nothing, pick } from "./grid.js";
import { Mark } from "./mark.js";
import { ThumbView } from "./thumb.js";

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
  return h(
    "div",
    {
      class: "wb-scroll",
      tabIndex: 0,
      "data-main": "",
      role: "listbox",
      "aria-multiselectable": "true",
      "aria-label": "Images",
      "aria-activedescendant": current === undefined ? undefined : `${desk.link.view}-${current}`,
      "aria-busy": String(state.loading),
    },
    h(
      "table",
      { class: "wb-table", role: "presentation" },
      h(
        "thead",
        { role: "presentation" },
        h(
          "tr",
          { role: "presentation" },
          (desk.review ? REVIEWED : COLUMNS).map(([name, sort]) => h(Head, { key: name, desk, name, sort })),
        ),
      ),
      h(
        "tbody",
        { ref: body, role: "presentation" },
        state.ids.map((id, index) => h(Row, { key: id, desk, id, index })),
      ),
    ),
    state.ids.length === 0 && !state.loading && h(Nothing, { desk }),
  );
}

/** @param {{desk: Desk, name: string, sort: Sort | null}} props */
function Head({ desk, name, sort }) {
  const place = NUMBERS.includes(name) ? "wb-number" : "";
  if (!sort) return h("th", { role: "presentation", class: place }, name);
  const now = desk.state.sort;
  const arrow = now === sort ? " ▲" : now === `-${sort}` ? " ▼" : "";
  const next = /** @type {Sort} */ (now === sort ? `-${sort}` : sort);
  return h(
    "th",
    { role: "presentation", class: place },
    h(
      "button",
      {
        type: "button",
        class: "wb-link",
        onClick: () => narrow(desk, {}, { sort: next }),
        title: `Sort by ${name.toLowerCase()}`,
      },
      name + arrow,
    ),
  );
}

/** @param {{desk: Desk, id: number, index: number}} props */
function Row({ desk, id, index }) {
  const item = desk.items.get(id);
  if (!item) return null;
  const selected = desk.state.selection.has(id);
  const current = index === desk.state.cursor;
  return h(
    "tr",
    {
      id: `${desk.link.view}-${id}`,
      class: `${selected ? "wb-selected" : ""}${current ? " wb-current" : ""}`,
      role: "option",
      "aria-selected": String(selected),
      "aria-label": [item.name, decisionName(desk, item), answerWords(desk, item)].filter(Boolean).join(", "),
      "data-sample": id,
      onMouseDown: (/** @type {MouseEvent} */ event) => event.shiftKey && event.preventDefault(),
      onClick: (/** @type {MouseEvent} */ event) => pick(desk, index, event),
      onDblClick: () => openFocus(desk, index),
    },
    h("td", null, h(ThumbView, { thumb: desk.thumbs.get(id), side: 32 })),
    h("td", { class: "wb-name", title: item.name }, item.name),
    h("td", { class: "wb-marked" }, h(Mark, { desk, item })),
    desk.review && h("td", { class: "wb-marked" }, h(Guess, { desk, item })),
    h("td", null, item.split ?? ""),
    h("td", null, item.annotator ?? ""),
    h("td", { class: "wb-number" }, moment(item.at)),
    h("td", { class: "wb-number" }, `${item.width} × ${item.height}`),
    !desk.review && h("td", { class: "wb-number" }, bytes(item.size)),
    !desk.review && h("td", { class: "wb-number" }, moment(item.added)),
  );
}
