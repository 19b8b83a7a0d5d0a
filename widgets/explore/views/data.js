import { h } from "preact";
import { number, plural } from "../../shared/format.js";
import { Histogram, Picture } from "./picture.js";

/** @import { Desk } from "../desk.js" */

/** @param {string} split */
const named = (split) => (split === "unassigned" ? "no split" : split);

/** The theme as a whole: labels and splits, sizes, levels, near duplicates, odd ones. @param {{desk: Desk}} props */
export function Data({ desk }) {
  const { survey } = desk.state;
  if (!survey) return null;
  if (!survey.counts) return h(Progress, { desk, survey });
  const part = survey.total > survey.of ? ` of ${number(survey.total)}, chosen from all over the theme` : "";
  return h(
    "div",
    { class: "wb-data" },
    h(
      "p",
      { class: "wb-faint" },
      `${what(desk, survey.of)} looked at${part}. `,
      h("button", { class: "wb-link", onClick: () => desk.survey(true) }, "Look again"),
    ),
    h("h4", null, "Labels and splits"),
    Object.values(survey.counts).some((row) => sum(/** @type {any} */ (row)) > 0)
      ? h(Distribution, { counts: survey.counts, colors: survey.colors, of: desk.state.of })
      : h("p", { class: "wb-faint" }, "No image has a label yet."),
    survey.boxes.length > 0 && h(Boxes, { boxes: survey.boxes }),
    h(
      "div",
      { class: "wb-two" },
      h("div", null, h("h4", null, "Sizes"), h(Sizes, { sizes: survey.sizes, of: desk.state.of })),
      h(
        "div",
        null,
        h("h4", null, "Levels"),
        h(Histogram, { counts: survey.levels, width: 260, height: 72 }),
        h("div", { class: "wb-faint wb-small" }, "an image's mean, dark to bright"),
        h(
          "table",
          { class: "wb-table" },
          h(
            "tr",
            null,
            h("th", null),
            ["red", "green", "blue"].map((name) => h("th", { key: name }, name)),
          ),
          h("tr", null, h("th", null, "mean"), survey.mean.map(Cell3)),
          h("tr", null, h("th", null, "deviation"), survey.std.map(Cell3)),
        ),
      ),
    ),
    h("h4", null, survey.pair_count ? `${plural(survey.pair_count, "pair")} of near duplicates` : "No near duplicates"),
    h(
      "div",
      { class: "wb-pairs" },
      survey.pairs.map((/** @type {any} */ pair, /** @type {number} */ index) => h(Pair, { key: index, desk, pair })),
    ),
    h("h4", null, survey.odd_count ? `${plural(survey.odd_count, "odd image")}` : "No odd images"),
    h(
      "div",
      { class: "wb-pairs" },
      survey.odd.map((/** @type {any} */ odd, /** @type {number} */ index) => h(Odd, { key: index, desk, odd })),
    ),
  );
}

/** @param {Desk} desk @param {number} count */
function what(desk, count) {
  return desk.state.of === "boxes" ? plural(count, "box", "boxes") : plural(count, "image");
}

/** How large the boxes of each label are, and where on their images. @param {{boxes: any[]}} props */
function Boxes({ boxes }) {
  const widest = Math.max(...boxes.map((label) => label.most[0]));
  const highest = Math.max(...boxes.map((label) => label.most[1]));
  return h(
    "div",
    { class: "wb-boxes-found" },
    h("h4", null, "Boxes"),
    h(
      "div",
      { class: "wb-row wb-plots" },
      h(Dots, {
        title: "sizes",
        boxes,
        of: "sizes",
        range: [widest, highest],
        across: `width, up to ${number(widest)} px`,
        down: `height, up to ${number(highest)} px`,
        up: true,
      }),
      h(Dots, {
        title: "centers",
        boxes,
        of: "centers",
        range: [1, 1],
        across: "from the left edge to the right",
        down: "from the top",
      }),
    ),
    h(
      "table",
      { class: "wb-table" },
      h(
        "tr",
        null,
        ["label", "boxes", "smallest", "median", "largest"].map((name, index) =>
          h("th", { key: name, class: index ? "wb-number" : "" }, name),
        ),
      ),
      boxes.map((label) =>
        h(
          "tr",
          { key: label.label },
          h("td", null, h("span", { class: "wb-swatch", style: { background: label.color } }), ` ${label.label}`),
          h("td", { class: "wb-number" }, number(label.count)),
          [label.least, label.median, label.most].map((size, index) =>
            h("td", { key: index, class: "wb-number" }, `${number(size[0])} × ${number(size[1])}`),
          ),
        ),
      ),
    ),
  );
}

/** A plot of points, each label in its color. @param {{title: string, boxes: any[], of: string, range: number[], across: string, down: string, up?: boolean}} props */
function Dots({ title, boxes, of, range, across, down, up }) {
  const side = 200;
  return h(
    "figure",
    { class: "wb-dots" },
    h(
      "svg",
      {
        width: side,
        height: side,
        viewBox: `-4 -4 ${side + 8} ${side + 8}`,
        role: "img",
        "aria-label": `${title} of the boxes of ${boxes.map((label) => label.label).join(", ")}`,
      },
      h("rect", { class: "wb-dots-frame", width: side, height: side, fill: "none" }),
      boxes.map((label) =>
        label[of].map((/** @type {number[]} */ [x, y], /** @type {number} */ index) =>
          h("circle", {
            key: `${label.label} ${index}`,
            cx: (x / range[0]) * side,
            cy: (up ? 1 - y / range[1] : y / range[1]) * side,
            r: 2,
            fill: label.color,
            "fill-opacity": 0.5,
          }),
        ),
      ),
    ),
    h(
      "figcaption",
      { class: "wb-faint wb-small" },
      h("strong", null, title),
      h("div", null, `across: ${across}`),
      h("div", null, `${up ? "up" : "down"}: ${down}`),
    ),
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
    h(
      "span",
      { class: "wb-progress", role: "progressbar", "aria-valuenow": survey.done, "aria-valuemax": survey.of },
      h("span", { style: { width: `${share}%` } }),
    ),
    h("span", null, `${number(survey.done)} of ${number(survey.of)} ${desk.state.of} looked at`),
    desk.state.surveying
      ? h("button", { onClick: () => desk.show("steps") }, "Stop")
      : h("button", { onClick: () => desk.survey() }, "Go on"),
  );
}

/** @param {{counts: Record<string, Record<string, number>>, colors: Record<string, string>, of: string}} props */
function Distribution({ counts, colors, of }) {
  const rows = Object.entries(counts);
  const most = Math.max(1, ...rows.map(([, row]) => sum(row)));
  const splits = Object.keys(colors).filter((split) => rows.some(([, row]) => row[split]));
  return h(
    "table",
    { class: "wb-table wb-distribution" },
    h(
      "tr",
      null,
      h("th", null, "label"),
      h("th", null),
      h("th", { class: "wb-number" }, of),
      splits.map((split) =>
        h(
          "th",
          { key: split, class: "wb-number" },
          h("span", { class: "wb-swatch", style: { background: colors[split] } }),
          ` ${named(split)}`,
        ),
      ),
    ),
    rows.map(([label, row]) =>
      h(
        "tr",
        { key: label },
        h("td", null, label),
        h(
          "td",
          { class: "wb-bars" },
          splits.map((split) =>
            h("span", {
              key: split,
              title: `${named(split)} ${number(row[split])}`,
              style: { width: `${(100 * row[split]) / most}%`, background: colors[split] },
            }),
          ),
        ),
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

/** @param {{sizes: number[][], of: string}} props */
function Sizes({ sizes, of }) {
  const shown = sizes.slice(0, 8);
  return h(
    "table",
    { class: "wb-table" },
    h("tr", null, h("th", null, "width × height"), h("th", { class: "wb-number" }, of)),
    shown.map(([width, height, count]) =>
      h(
        "tr",
        { key: `${width}x${height}` },
        h("td", null, `${number(width)} × ${number(height)}`),
        h("td", { class: "wb-number" }, number(count)),
      ),
    ),
    sizes.length > shown.length &&
      h(
        "tr",
        null,
        h("td", { colSpan: 2, class: "wb-faint" }, `and ${plural(sizes.length - shown.length, "other size")}`),
      ),
  );
}

/** @param {{desk: Desk, pair: any}} props */
function Pair({ desk, pair }) {
  const why = !pair.same_label ? "different labels" : pair.across_splits ? "in two splits" : "";
  return h(
    "figure",
    { class: `wb-pair${why ? " wb-attention" : ""}` },
    h(
      "div",
      { class: "wb-row" },
      pair.images.map((/** @type {any} */ image) => h(Found, { key: image.id, desk, image })),
    ),
    h(
      "figcaption",
      null,
      why ? h("strong", null, why) : h("span", { class: "wb-faint" }, "same label and split"),
      h("span", { class: "wb-faint" }, `, differ by ${pair.distance} of 255`),
    ),
  );
}

/** @param {{desk: Desk, odd: any}} props */
function Odd({ desk, odd }) {
  return h(
    "figure",
    { class: "wb-pair" },
    h(Found, { desk, image: odd }),
    h("figcaption", null, h("strong", null, odd.kind), h("span", { class: "wb-faint" }, ` ${odd.reason}`)),
  );
}

/** @param {{desk: Desk, image: any}} props */
function Found({ desk, image }) {
  const told = `${image.name}: ${image.label || "unlabeled"}${image.split ? `, ${image.split}` : ""}`;
  return h(
    "button",
    {
      class: "wb-found",
      title: told,
      "aria-label": `Look at ${told}`,
      onClick: () => {
        desk.choose({ ...image, picture: null });
        desk.show("steps");
      },
    },
    h(Picture, { of: image.picture, from: desk.state.surveyPictures, alt: "", side: 72 }),
    h("span", { class: "wb-ellipsis" }, image.label || "unlabeled"),
  );
}
