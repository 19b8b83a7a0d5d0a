import { h } from "preact";
import { number } from "../../shared/format.js";
import { narrow } from "../browsing.js";
import { Answers } from "./answers.js";
import { Facet } from "./facet.js";
import { Swatch } from "./mark.js";

/** @import { Desk } from "../desk.js" */

const SPLITS = ["train", "valid", "test"];

/** Counts per label, split and annotator; each is a filter. @param {{desk: Desk}} props */
export function Side({ desk }) {
  // A gallery is about answers; elsewhere the labels come first, so that their counts are always in view.
  return h(
    "div",
    { class: "wb-side" },
    desk.gallery && h(Answers, { desk }),
    h(Labels, { desk }),
    desk.review && !desk.gallery && h(Answers, { desk }),
    h(Splits, { desk }),
    h(Annotators, { desk }),
  );
}

/** @param {{desk: Desk}} props */
function Labels({ desk }) {
  const { state } = desk;
  const whole = desk.countsNow().byLabel();
  const boxes = state.theme?.boxes;
  const found = desk.scopeNow()?.byLabel({ ...state.where, label: null });
  return h(
    "section",
    { "aria-label": "Labels" },
    h(
      "div",
      { class: "wb-head" },
      h("span", null, boxes ? "Labels of boxes" : "Labels"),
      h(
        "button",
        { type: "button", class: "wb-link", onClick: () => desk.set({ dialog: { name: "labels" } }) },
        "Edit…",
      ),
    ),
    state.labels.map((label, index) =>
      h(Facet, {
        key: label.id,
        on: state.where.label === label.id,
        disabled: Boolean(boxes),
        onClick: () => narrow(desk, { label: state.where.label === label.id ? null : label.id }),
        title: boxes ? label.name : `${label.name}: ${index < 9 ? `key ${index + 1}` : "type its first letters"}`,
        lead: [!boxes && h("span", { class: "wb-key" }, index < 9 ? index + 1 : ""), h(Swatch, { color: label.color })],
        name: label.name,
        count: boxes
          ? number(boxes[label.id] ?? 0)
          : found
            ? `${number(found.get(label.id) ?? 0)} of ${number(whole.get(label.id) ?? 0)}`
            : `… of ${number(whole.get(label.id) ?? 0)}`,
      }),
    ),
    state.labels.length === 0 && h("p", { class: "wb-faint" }, "No labels yet. Press Edit to add some."),
  );
}

/** @param {{desk: Desk}} props */
function Splits({ desk }) {
  const { state } = desk;
  const counts = desk.scopeNow();
  const boxes = Boolean(state.theme?.boxes);
  return h(
    "section",
    { "aria-label": "Split" },
    h(
      "div",
      { class: "wb-head" },
      h("span", null, "Split"),
      h(
        "button",
        {
          type: "button",
          class: "wb-link",
          disabled: boxes,
          title: boxes ? "Training on boxes assigns what has no split; before that: workbench split" : "",
          onClick: () => desk.set({ dialog: { name: "splits" } }),
        },
        "Assign…",
      ),
      h(
        "button",
        { type: "button", class: "wb-link", onClick: () => desk.set({ dialog: { name: "statistics" } }) },
        "Statistics…",
      ),
    ),
    [...SPLITS, "none"].map((split) =>
      h(Facet, {
        key: split,
        on: state.where.split === split,
        onClick: () => narrow(desk, { split: state.where.split === split ? null : split }),
        name: split,
        count: counts ? number(counts.total({ ...state.where, split })) : "…",
      }),
    ),
  );
}

/** @param {{desk: Desk}} props */
function Annotators({ desk }) {
  const { state } = desk;
  if (state.annotators.length === 0) return null;
  return h(
    "section",
    { "aria-label": "Annotator" },
    h("div", { class: "wb-head" }, h("span", null, "Annotator")),
    state.annotators.map((name) =>
      h(Facet, {
        key: name,
        on: state.where.annotator === name,
        onClick: () => narrow(desk, { annotator: state.where.annotator === name ? null : name }),
        name,
        count: "",
      }),
    ),
  );
}
