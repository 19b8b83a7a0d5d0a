import { h } from "preact";
import { number, plural } from "../../format.js";
import { Histogram, Picture } from "./picture.js";

/** @import { Desk } from "../desk.js" */

/** The theme as a whole: labels and splits, sizes, levels, near duplicates, odd ones. @param {{desk: Desk}} props */
export function Data({ desk }) {
  const { survey } = desk.state;
  if (!survey) return null;
  if (!survey.counts) return h(Progress, { desk, survey });
  const part = survey.total > survey.of ? ` of ${number(survey.total)}, chosen from all over the theme` : "";
  return h(
    "div",
    { class: "wb-data" },
    h("p", { class: "wb-faint" }, `${plural(survey.of, "image")} looked at${part}. `, h("button", { class: "wb-link", onClick: () => desk.survey(true) }, "Look again")),
    h("h4", null, "Labels and splits"),
    Object.values(survey.counts).some((row) => sum(/** @type {any} */ (row)) > 0)
      ? h(Distribution, { counts: survey.counts, colors: survey.colors })
      : h("p", { class: "wb-faint" }, "No image has a label yet."),
    h(
      "div",
      { class: "wb-two" },
      h("div", null, h("h4", null, "Sizes"), h(Sizes, { sizes: survey.sizes })),
      h(
        "div",
        null,
        h("h4", null, "Levels"),
        h(Histogram, { counts: survey.levels, width: 260, height: 72 }),
        h("div", { class: "wb-faint wb-small" }, "an image's mean, dark to bright"),
        h("table", { class: "wb-table" }, h("tr", null, h("th", null), ["red", "green", "blue"].map((name) => h("th", { key: name }, name))), h("tr", null, h("th", null, "mean"), survey.mean.map(Cell3)), h("tr", null, h("th", null, "deviation"), survey.std.map(Cell3))),
      ),
    ),
    h("h4", null, survey.pair_count ? `${plural(survey.pair_count, "pair")} of near duplicates` : "No near duplicates"),
    h("div", { class: "wb-pairs" }, survey.pairs.map((/** @type {any} */ pair, /** @type {number} */ index) => h(Pair, { key: index, desk, pair }))),
    h("h4", null, survey.odd_count ? `${plural(survey.odd_count, "odd image")}` : "No odd images"),
    h("div", { class: "wb-pairs" }, survey.odd.map((/** @type {any} */ odd, /** @type {number} */ index) => h(Odd, { key: index, desk, odd }))),
  );
}

/** @param {number} value @param {number} index */
function Cell3(value, index) {
  return h("td", { key: index, class: "wb-number" }, value.toFixed(3));
}

/** @param {{desk: Desk, survey: any}} props */
function Progress({ desk, survey }) {
  const share = survey.of ? (100 * survey.done) / survey.of : 100;
  return h(
    "div",
    { class: "wb-pad wb-row" },
    h("span", { class: "wb-progress", role: "progressbar", "aria-valuenow": survey.done, "aria-valuemax": survey.of }, h("span", { style: { width: `${share}%` } })),
    h("span", null, `${number(survey.done)} of ${number(survey.of)} images looked at`),
    desk.state.surveying ? h("button", { onClick: () => desk.show("steps") }, "Stop") : h("button", { onClick: () => desk.survey() }, "Go on"),
  );
}

/** @param {{counts: Record<string, Record<string, number>>, colors: Record<string, string>}} props */
function Distribution({ counts, colors }) {
  const rows = Object.entries(counts);
  const most = Math.max(1, ...rows.map(([, row]) => sum(row)));
  const splits = Object.keys(colors).filter((split) => rows.some(([, row]) => row[split]));
  return h(
    "table",
    { class: "wb-table wb-distribution" },
    h("tr", null, h("th", null, "label"), h("th", null), h("th", { class: "wb-number" }, "images"), splits.map((split) => h("th", { key: split, class: "wb-number" }, h("span", { class: "wb-swatch", style: { background: colors[split] } }), ` ${split}`))),
    rows.map(([label, row]) =>
      h(
        "tr",
        { key: label },
        h("td", null, label),
        h("td", { class: "wb-bars" }, splits.map((split) => h("span", { key: split, title: `${split} ${row[split]}`, style: { width: `${(100 * row[split]) / most}%`, background: colors[split] } }))),
        h("td", { class: "wb-number" }, number(sum(row))),
        splits.map((split) => h("td", { key: split, class: "wb-number" }, number(row[split]))),
      ),
    ),
  );
}

/** @param {Record<string, number>} row */
function sum(row) {
  return Object.values(row).reduce((total, count) => total + count, 0);
}

/** @param {{sizes: number[][]}} props */
function Sizes({ sizes }) {
  const shown = sizes.slice(0, 8);
  return h(
    "table",
    { class: "wb-table" },
    h("tr", null, h("th", null, "width x height"), h("th", { class: "wb-number" }, "images")),
    shown.map(([width, height, count]) => h("tr", { key: `${width}x${height}` }, h("td", null, `${number(width)} x ${number(height)}`), h("td", { class: "wb-number" }, number(count)))),
    sizes.length > shown.length && h("tr", null, h("td", { colSpan: 2, class: "wb-faint" }, `and ${plural(sizes.length - shown.length, "other size")}`)),
  );
}

/** @param {{desk: Desk, pair: any}} props */
function Pair({ desk, pair }) {
  const why = !pair.same_label ? "different labels" : pair.across_splits ? "in two splits" : "";
  return h(
    "figure",
    { class: `wb-pair${why ? " wb-attention" : ""}` },
    h("div", { class: "wb-row" }, pair.images.map((/** @type {any} */ image) => h(Found, { key: image.id, desk, image }))),
    h("figcaption", null, why ? h("strong", null, why) : h("span", { class: "wb-faint" }, "same label and split"), h("span", { class: "wb-faint" }, ` differ by ${pair.distance} of 255`)),
  );
}

/** @param {{desk: Desk, odd: any}} props */
function Odd({ desk, odd }) {
  return h("figure", { class: "wb-pair" }, h(Found, { desk, image: odd }), h("figcaption", null, h("strong", null, odd.kind), h("span", { class: "wb-faint" }, ` ${odd.reason}`)));
}

/** @param {{desk: Desk, image: any}} props */
function Found({ desk, image }) {
  const told = `${image.name}: ${image.label || "unlabeled"}${image.split ? `, ${image.split}` : ""}`;
  return h(
    "button",
    { class: "wb-found", title: told, "aria-label": `Look at ${told}`, onClick: () => { desk.choose({ ...image, picture: null }); desk.show("steps"); } },
    h(Picture, { of: image.picture, from: desk.state.surveyPictures, alt: "", side: 72 }),
    h("span", { class: "wb-ellipsis" }, image.label || "unlabeled"),
  );
}
