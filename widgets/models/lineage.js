import { h } from "preact";
import { heading, moment, number, share } from "../shared/format.js";
import { Picture } from "../shared/picture.js";

/** @import { Desk, Pictures } from "./desk.js" */

/** Where a version comes from. @param {{desk: Desk, value: any}} props */
export function VersionView({ desk, value }) {
  /** @type {[string, any][]} */
  const facts = [
    ["Description", value.description],
    ["Run", `${value.run.name ?? "no longer in MLflow"} (${value.run_id})`],
    ["Commit", value.run.git_commit ?? "unknown"],
    ["Snapshot", value.snapshot_digest || "unknown"],
    ["Labels", value.class_names.join(", ")],
  ];
  return h(
    "section",
    { "aria-label": `Lineage of version ${value.version}` },
    h("h3", null, `Version ${value.version}`),
    h(Facts, { rows: facts.filter(([, text]) => text) }),
    h(
      "div",
      { class: "wb-columns" },
      h(
        "div",
        null,
        h(Counts, { desk, value }),
        h(
          "table",
          { "aria-label": "Stages" },
          h(
            "tbody",
            null,
            value.history.map((/** @type {any} */ event, /** @type {number} */ index) =>
              h(
                "tr",
                { key: index },
                h("td", { class: "wb-time" }, moment(event.at)),
                h("td", null, `${event.before ?? "registered"} → ${event.after ?? "deleted"}`),
                h("td", null, event.annotator),
              ),
            ),
          ),
        ),
      ),
      h(Samples, { desk }),
    ),
    h(Folded, { title: "Metrics of the run", values: value.run.metrics }),
    h(Folded, { title: "Parameters of the run", values: value.run.params }),
  );
}

/** @param {{rows: [string, any][]}} props */
function Facts({ rows }) {
  return h(
    "table",
    null,
    h(
      "tbody",
      null,
      rows.map(([name, text]) => h("tr", { key: name }, h("th", null, name), h("td", { class: "wb-wrap" }, text))),
    ),
  );
}

/** How many samples of which label were in which split; a number leads to them. @param {{desk: Desk, value: any}} props */
function Counts({ desk, value }) {
  const splits = ["train", "valid", "test"].filter((split) => value.counts[split]);
  if (splits.length === 0) return null;
  const { samples } = desk.state;
  return h(
    "table",
    { "aria-label": "Samples of the snapshot" },
    h(
      "thead",
      null,
      h(
        "tr",
        null,
        h("th", null, "Label"),
        splits.map((split) => h("th", { key: split, class: "wb-number" }, split)),
      ),
    ),
    h(
      "tbody",
      null,
      value.class_names.map((/** @type {string} */ label) =>
        h(
          "tr",
          { key: label },
          h("td", null, label),
          splits.map((split) => {
            const count = value.counts[split][label] ?? 0;
            const shown = samples?.split === split && samples.label === label;
            const text = number(count);
            return h(
              "td",
              { key: split, class: "wb-number" },
              count === 0
                ? text
                : h(
                    "button",
                    {
                      type: "button",
                      class: "wb-link",
                      "aria-pressed": shown,
                      "aria-label": `Show ${text} samples of ${label} in ${split}`,
                      onClick: () => !shown && desk.sampled(value.version, split, label),
                    },
                    text,
                  ),
            );
          }),
        ),
      ),
    ),
  );
}

/** The samples of one number. @param {{desk: Desk}} props */
function Samples({ desk }) {
  const { samples } = desk.state;
  if (!samples) return null;
  const { version, split, label, rows, sheets, more } = samples;
  return h(
    "section",
    { class: "wb-beside", "aria-label": `Samples of ${label} in ${split}` },
    h("h3", null, `${label} in ${split}`),
    h(
      "div",
      { class: "wb-pictures" },
      rows.map((row) =>
        h(
          "button",
          {
            key: row.id,
            type: "button",
            class: "wb-tile",
            title: `${row.name}: trace it`,
            onClick: () => desk.trace(String(row.id)),
          },
          h(Picture, {
            pictures: sheets.find((sheet) => sheet.ids.includes(row.id)) ?? null,
            sample: row.id,
            name: row.name,
          }),
          h(
            "span",
            { class: "wb-ellipsis" },
            row.now === row.label ? row.name.split("/").pop() : `now ${row.now ?? "unlabeled"}`,
          ),
        ),
      ),
    ),
    more && h("button", { type: "button", onClick: () => desk.sampled(version, split, label) }, "Show more"),
  );
}

/** @param {{title: string, values: Record<string, any> | undefined}} props */
function Folded({ title, values }) {
  const rows = Object.entries(values ?? {});
  if (rows.length === 0) return null;
  /** @type {[string, any][]} */
  const shown = rows
    .sort()
    .map(([name, value]) => [name, typeof value === "number" ? Number(value.toPrecision(6)) : value]);
  return h("details", null, h("summary", null, `${title} (${rows.length})`), h(Facts, { rows: shown }));
}

/** Every version that saw a sample. @param {{value: any, pictures: Pictures | null}} props */
export function SampleView({ value, pictures }) {
  return h(
    "section",
    { "aria-label": `Lineage of ${value.name}` },
    h("h3", null, `${value.name} (sample ${value.sample_id})`),
    h(
      "div",
      { class: "wb-row" },
      h(Picture, { pictures, sample: value.sample_id, name: value.name }),
      `${value.label ?? "no label"}, ${value.split ?? "no split"}${value.deleted ? ", deleted" : ""}`,
    ),
    value.uses.length === 0
      ? h("p", { class: "wb-faint" }, "No model version has seen it.")
      : h(
          "table",
          null,
          h(
            "thead",
            null,
            h(
              "tr",
              null,
              ["version", "stage", "used for", "label then", "predicted", "score"].map((name) =>
                h("th", { key: name, class: name === "version" || name === "score" ? "wb-number" : "" }, heading(name)),
              ),
            ),
          ),
          h(
            "tbody",
            null,
            value.uses.map((/** @type {any} */ use) =>
              h(
                "tr",
                { key: use.version },
                [
                  use.version,
                  use.stage,
                  use.split ?? "–",
                  use.label_then ?? "–",
                  use.predicted ?? "–",
                  use.score === null ? "" : share(use.score),
                ].map((text, index) =>
                  h("td", { key: index, class: index === 0 || index === 5 ? "wb-number" : "" }, text),
                ),
              ),
            ),
          ),
        ),
    h("h3", null, "What people decided"),
    h(
      "table",
      null,
      h(
        "tbody",
        null,
        value.history.map((/** @type {any} */ event, /** @type {number} */ index) =>
          h(
            "tr",
            { key: index },
            h("td", { class: "wb-time" }, moment(event.at)),
            h("td", null, event.action),
            h("td", null, `${event.before ?? "none"} → ${event.after ?? "none"}`),
            h("td", null, event.annotator),
          ),
        ),
      ),
    ),
  );
}
