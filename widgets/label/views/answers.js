import { h } from "preact";
import { number, share } from "../../shared/format.js";
import { narrow } from "../browsing.js";
import { AGREEMENTS, answered, RANGES } from "../review.js";
import { Facet } from "./facet.js";
import { Swatch } from "./mark.js";

/** @import { Desk } from "../desk.js" */
/** @import { Item } from "../types.js" */

/** What the model says of an image, beside what people said. @param {{desk: Desk, item: Item}} props */
export function Guess({ desk, item }) {
  if (!item.answer) return null;
  const label = item.answer.label === null ? undefined : desk.label(item.answer.label);
  const sign = item.label === null ? "?" : item.label === item.answer.label ? "=" : "≠";
  return h(
    "span",
    { class: `wb-mark wb-guess${sign === "≠" ? " wb-differs" : ""}` },
    h("span", { "aria-hidden": "true" }, sign),
    // Where it agrees, the label itself stands there with its color.
    label && sign !== "=" ? h(Swatch, { color: label.color }) : null,
    h("span", { class: "wb-ellipsis" }, label?.name ?? "gone"),
    h("span", { class: "wb-number wb-faint" }, share(item.answer.score)),
  );
}

/** Filters by what the model said. @param {{desk: Desk}} props */
export function Answers({ desk }) {
  const { state } = desk;
  const { answers, where } = state;
  const agreement = where.agreement ?? "any";
  const wanted = where.predicted ?? null;
  return h(
    "section",
    { "aria-label": "Predictions" },
    h("div", { class: "wb-head" }, h("span", null, `Predicted by version ${desk.review?.version}`)),
    AGREEMENTS.map(([value, name]) =>
      h(Facet, {
        key: value,
        on: agreement === value,
        onClick: () => narrow(desk, { agreement: agreement === value ? "any" : value }),
        name,
        count: number(answered(answers, ([label, other]) => other === value && (wanted === null || label === wanted))),
      }),
    ),
    h("div", { class: "wb-head" }, h("span", null, "Predicted label")),
    state.labels.map((label) =>
      h(Facet, {
        key: label.id,
        on: wanted === label.id,
        onClick: () => narrow(desk, { predicted: wanted === label.id ? null : label.id }),
        lead: h(Swatch, { color: label.color }),
        name: label.name,
        count: number(
          answered(answers, ([other, how]) => other === label.id && (agreement === "any" || how === agreement)),
        ),
      }),
    ),
    h("div", { class: "wb-head" }, h("span", null, "Score")),
    RANGES.map(([name, lowest, highest]) => {
      const on = where.lowest === lowest && where.highest === highest;
      return h(Facet, {
        key: name,
        on,
        onClick: () => narrow(desk, on ? { lowest: null, highest: null } : { lowest, highest }),
        name,
        count: "",
      });
    }),
  );
}
