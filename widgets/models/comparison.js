import { h } from "preact";
import { heading, number, share } from "../shared/format.js";
import { Picture } from "../shared/picture.js";

/** @import { Desk, Pictures } from "./desk.js" */

/** Two versions side by side. @param {{desk: Desk, value: any, pictures: Pictures | null}} props */
export function ComparisonView({ desk, value, pictures }) {
  const [first, second] = [`version ${value.first.version}`, `version ${value.second.version}`];
  /** @param {number | null} one @param {number | null} two */
  const change = (one, two) =>
    one === null || two === null ? "" : `${two >= one ? "+" : "−"}${Math.abs(two - one).toFixed(4)}`;
  /** @param {any[]} cells @param {string | number} key */
  const line = (cells, key) =>
    h(
      "tr",
      { key },
      cells.map((cell, index) => h("td", { key: index, class: index ? "wb-number" : "" }, cell)),
    );
  /** @param {string} name */
  const head = (name) =>
    h(
      "thead",
      null,
      h(
        "tr",
        null,
        [name, first, second, "change"].map((text, index) =>
          h("th", { key: text, class: index ? "wb-number" : "" }, heading(text)),
        ),
      ),
    );
  return h(
    "section",
    { "aria-label": `${first} and ${second} compared` },
    h("h3", null, `Version ${value.first.version} and ${second} compared`),
    value.notes.map((/** @type {string} */ note) => h("p", { key: note, class: "wb-faint" }, note)),
    h(
      "div",
      { class: "wb-columns" },
      h(
        "table",
        null,
        head("metric"),
        h(
          "tbody",
          null,
          Object.entries(value.metrics).map(([name, [one, two]]) =>
            line([heading(name), one?.toFixed(4) ?? "", two?.toFixed(4) ?? "", change(one, two)], name),
          ),
        ),
      ),
      value.labeled > 0 &&
        h(
          "table",
          null,
          head("F1 of class"),
          h(
            "tbody",
            null,
            Object.entries(value.per_class).map(([name, [one, two]]) =>
              line([name, one.f1.toFixed(4), two.f1.toFixed(4), change(one.f1, two.f1)], name),
            ),
          ),
        ),
    ),
    value.labeled > 0 &&
      h(
        "p",
        null,
        `Of ${number(value.labeled)} labeled samples that both predicted: ${number(value.both_right)} right by both, ${number(value.only_first)} only by ${first}, ${number(value.only_second)} only by ${second}, ${number(value.both_wrong)} by neither.`,
      ),
    value.differing > 0 && h("h3", null, `${number(value.differing)} samples answered differently`),
    value.differing > 0 &&
      h(
        "table",
        null,
        h(
          "thead",
          null,
          h(
            "tr",
            null,
            ["", "File name", "Label", heading(first), heading(second)].map((text) => h("th", { key: text }, text)),
          ),
        ),
        h(
          "tbody",
          null,
          value.differences
            .slice(0, 200)
            .map((/** @type {any} */ row) =>
              h(
                "tr",
                { key: row.sample_id },
                h("td", null, h(Picture, { pictures, sample: row.sample_id, name: row.name })),
                h(
                  "td",
                  null,
                  h(
                    "button",
                    { type: "button", class: "wb-link", onClick: () => desk.trace(String(row.sample_id)) },
                    row.name,
                  ),
                ),
                h("td", null, row.actual ?? "–"),
                h("td", null, `${row.first} ${share(row.first_score)}`),
                h("td", null, `${row.second} ${share(row.second_score)}`),
              ),
            ),
        ),
      ),
  );
}
