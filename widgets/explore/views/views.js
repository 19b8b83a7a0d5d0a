import { h } from "preact";
import { Histogram, Picture } from "./picture.js";

/** @import { Desk } from "../desk.js" */
/** @typedef {{desk: Desk, answer: any}} Props */

/** Each preprocessing step with what it left and its histogram. @param {Props} props */
export function Steps({ desk, answer }) {
  return h(
    "div",
    { class: "wb-stages" },
    answer.stages.map((/** @type {any} */ stage, /** @type {number} */ index) =>
      h(
        "figure",
        { key: index, class: "wb-stage" },
        h(
          "figcaption",
          null,
          h("strong", null, words(stage.name)),
          h(
            "span",
            { class: "wb-faint" },
            `${stage.count > 1 ? `${stage.count} × ` : ""}${stage.size[1]} × ${stage.size[0]}`,
          ),
        ),
        h(
          "div",
          { class: "wb-frame" },
          h(Picture, { of: stage.picture, from: desk.state.pictures, alt: `${words(stage.name)} result`, side: 200 }),
        ),
        h(Histogram, { counts: stage.histogram, width: 200 }),
        h(
          "div",
          { class: "wb-faint wb-small" },
          Object.entries(stage.settings)
            .map(([name, value]) => `${words(name)} ${setting(name, value)}`)
            .join(", "),
        ),
      ),
    ),
  );
}

/** Augmented versions beside the original, with what was applied to each. @param {Props} props */
export function Augmentation({ desk, answer }) {
  return h(
    "div",
    null,
    h(
      "p",
      { class: "wb-faint wb-pad" },
      `The transforms of ${answer.split}${answer.patches > 1 ? `, on the middle one of ${answer.patches} patches` : ""}. Point at a picture to see what was drawn for it.`,
    ),
    h(
      "div",
      { class: "wb-cells" },
      h(Cell, { desk, picture: answer.original, title: "original", strong: true }),
      answer.variants.map((/** @type {any} */ variant) =>
        h(Cell, {
          key: variant.seed,
          desk,
          picture: variant.picture,
          title:
            variant.applied.map((/** @type {string} */ line) => line.split(":")[0]).join(", ") || "nothing applied",
          hint: variant.applied.join("\n"),
        }),
      ),
    ),
  );
}

/** @param {Props} props */
export function Splits({ desk, answer }) {
  return h(
    "div",
    null,
    Object.entries(answer.splits).map(([split, pictures]) =>
      h(
        "section",
        { key: split },
        h("h4", null, split, h("span", { class: "wb-faint" }, split === "train" ? "" : "the same every time")),
        h(
          "div",
          { class: "wb-cells" },
          /** @type {any[]} */ (pictures).map((picture, index) =>
            h(Cell, { key: index, desk, picture, title: "", side: 102 }),
          ),
        ),
      ),
    ),
  );
}

/** @param {Props} props */
export function Libraries({ desk, answer }) {
  return h(
    "div",
    null,
    h(
      "div",
      { class: "wb-row wb-pad" },
      h(
        "label",
        null,
        "Intent ",
        h(
          "select",
          {
            value: answer.intent,
            onChange: (/** @type {any} */ event) => {
              desk.set({ intent: event.target.value });
              desk.look();
            },
          },
          answer.intents.map((/** @type {string} */ name) => h("option", { key: name, value: name }, name)),
        ),
      ),
    ),
    Object.entries(answer.libraries).map(([library, found]) =>
      h(
        "section",
        { key: library },
        h("h4", null, library, h("code", null, transformText(found.transform))),
        h(
          "div",
          { class: "wb-cells" },
          found.pictures.map((/** @type {any} */ picture, /** @type {number} */ index) =>
            h(Cell, { key: index, desk, picture, title: "", side: 102 }),
          ),
        ),
      ),
    ),
  );
}

/** @param {Props} props */
export function Batch({ desk, answer }) {
  const [count, channels, height, width] = answer.shape;
  const normalization = desk.state.draft?.data.augmentation?.normalization ?? "imagenet";
  return h(
    "div",
    null,
    h(
      "p",
      { class: "wb-faint wb-pad" },
      `From ${answer.from}: ${count} × ${channels} × ${height} × ${width}. As numbers, after normalization: mean ${answer.mean.join(", ")}; deviation ${answer.std.join(", ")}. Shown in true colors.`,
      normalization === "theme" && " Mean and deviation of this batch stand in for the theme's.",
    ),
    answer.damaged.length > 0 &&
      h("p", { class: "wb-warn wb-pad" }, `Left out, and training would stop at it: ${answer.damaged.join(", ")}.`),
    h(
      "div",
      { class: "wb-cells wb-small-cells" },
      answer.rows.map((/** @type {any} */ row, /** @type {number} */ index) =>
        h(Cell, { key: index, desk, picture: row.picture, title: row.label, side: 96 }),
      ),
    ),
  );
}

/** @param {{desk: Desk, picture: any, title: string, hint?: string, strong?: boolean, side?: number}} props */
function Cell({ desk, picture, title, hint, strong, side = 128 }) {
  return h(
    "figure",
    { class: "wb-cell", title: hint || title, style: { width: `${side + 8}px` } },
    h(
      "div",
      { class: "wb-frame" },
      h(Picture, { of: picture, from: desk.state.pictures, alt: hint || title || "picture", side }),
    ),
    // Long names of transforms may break where a word begins.
    title && h("figcaption", { class: strong ? "wb-strong" : "" }, title.replace(/([a-z])([A-Z])/g, "$1\u200b$2")),
  );
}

/** @param {any} transform */
function transformText(transform) {
  const [name, args] = Object.entries(transform)[0];
  return `${name}(${Object.entries(/** @type {any} */ (args))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(", ")})`;
}

/** @param {string} name @param {any} value */
function setting(name, value) {
  if (!Array.isArray(value)) return value === null ? "as the size" : String(value);
  if (name === "fill") return new Set(value).size === 1 ? String(value[0]) : `(${value.join(" ")})`;
  return value.join(" × ");
}

/** @param {string} name */
export function words(name) {
  return name.replaceAll("_", " ");
}
