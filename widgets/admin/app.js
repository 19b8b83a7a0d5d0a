import { h } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useFocus } from "../shared/modal.js";
import { LOST, waitingWords } from "../shared/watching.js";
import { SampleTable } from "./samples.js";
import { StoreView } from "./store.js";
import { LabelTable, ModelTable, ThemeTable } from "./tables.js";

/** @import { Desk, Tab } from "./desk.js" */

/** @type {[Tab, string][]} */
const TABS = [
  ["themes", "Themes"],
  ["labels", "Labels"],
  ["samples", "Samples"],
  ["models", "Models"],
  ["store", "Store"],
];
const VIEWS = { themes: ThemeTable, labels: LabelTable, samples: SampleTable, models: ModelTable, store: StoreView };

/** The whole panel. @param {{desk: Desk}} props */
export function App({ desk }) {
  const { state } = desk;
  const sheet = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {
    if (sheet.current) sheet.current.scrollTop = 0;
  }, [state.tab, state.where.theme, state.where.offset]);
  return [
    h(Bar, { desk }),
    state.question && h(Ask, { key: state.question.button, desk }),
    state.notice &&
      h(
        "div",
        { class: `wb-ask${state.notice.trouble ? " wb-warn" : ""}`, role: state.notice.trouble ? "alert" : "status" },
        state.notice.text,
      ),
    h("div", { ref: sheet, class: "wb-sheet" }, h(/** @type {any} */ (VIEWS[state.tab]), { desk })),
  ];
}

/** @param {{desk: Desk}} props */
function Bar({ desk }) {
  const { state } = desk;
  return h(
    "div",
    { class: "wb-bar" },
    h(
      "span",
      { class: "wb-segments", role: "group", "aria-label": "Tables" },
      TABS.map(([tab, name]) =>
        h(
          "button",
          { key: tab, type: "button", "aria-pressed": String(state.tab === tab), onClick: () => desk.open(tab) },
          name,
        ),
      ),
    ),
    h(
      "span",
      { class: state.health === "lost" ? "wb-warn" : "wb-faint", role: "status" },
      state.health === "lost" ? LOST : waitingWords(state.waiting, state.health),
    ),
    h("span", { class: "wb-grow" }),
    h("span", { class: "wb-faint" }, "changes are recorded for ", h("b", null, desk.annotator)),
    h("button", { type: "button", onClick: () => desk.reload() }, "Refresh"),
  );
}

/** @param {{desk: Desk}} props */
function Ask({ desk }) {
  const { question } = desk.state;
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useFocus(box, "button:last-child");
  if (!question) return null;
  return h(
    "div",
    {
      ref: box,
      class: "wb-ask",
      role: "alertdialog",
      "aria-label": question.button,
      "aria-describedby": `${desk.link.view}-asked`,
    },
    h("span", { class: "wb-grow", id: `${desk.link.view}-asked` }, question.text.join(" ")),
    h("button", { type: "button", class: "wb-danger", onClick: () => desk.confirm() }, question.button),
    h("button", { type: "button", onClick: () => desk.set({ question: null }) }, "Cancel"),
  );
}
