import { h } from "preact";
import { moment, number } from "../format.js";
import { Picture } from "./pictures.js";

/** @import { Pictures } from "./desk.js" */

/** Where a version comes from. @param {{value: any}} props */
export function VersionView({ value }) {
  const splits = Object.keys(value.counts);
  /** @type {[string, any][]} */
  const facts = [
    ["run", `${value.run.name ?? "no longer in MLflow"} (${value.run_id})`],
    ["commit", value.run.git_commit ?? "unknown"],
    ["snapshot", value.snapshot_digest || "unknown"],
    ["classes", value.class_names.join(", ")],
  ];
  return h(
    "section",
    { "aria-label": `Lineage of version ${value.version}` },
    h("h3", null, `Version ${value.version}`),
    h("table", null, h("tbody", null, facts.map(([name, text]) => h("tr", { key: name }, h("th", null, name), h("td", null, text))))),
    splits.length > 0 &&
      h(
        "table",
        null,
        h("thead", null, h("tr", null, h("th", null, "label"), splits.map((split) => h("th", { key: split, class: "wb-number" }, split)))),
        h("tbody", null, value.class_names.map((/** @type {string} */ label) => h("tr", { key: label }, h("td", null, label), splits.map((split) => h("td", { key: split, class: "wb-number" }, number(value.counts[split][label] ?? 0)))))),
      ),
    h("table", null, h("tbody", null, value.history.map((/** @type {any} */ event, /** @type {number} */ index) => h("tr", { key: index }, h("td", { class: "wb-number" }, moment(event.at)), h("td", null, `${event.before ?? "registered"} → ${event.after ?? "deleted"}`), h("td", null, event.annotator))))),
  );
}

/** Every version that saw a sample. @param {{value: any, pictures: Pictures | null}} props */
export function SampleView({ value, pictures }) {
  return h(
    "section",
    { "aria-label": `Lineage of ${value.name}` },
    h("h3", null, `${value.name} (sample ${value.sample_id})`),
    h(Picture, { pictures, sample: value.sample_id, name: value.name }),
    h("p", null, `${value.label ?? "no label"}, ${value.split ?? "no split"}${value.deleted ? ", deleted" : ""}`),
    value.uses.length === 0
      ? h("p", { class: "wb-faint" }, "No model version has seen it.")
      : h(
          "table",
          null,
          h("thead", null, h("tr", null, ["version", "stage", "used for", "label then", "predicted", "score"].map((name) => h("th", { key: name }, name)))),
          h("tbody", null, value.uses.map((/** @type {any} */ use) =>
            h("tr", { key: use.version }, [use.version, use.stage, use.split ?? "–", use.label_then ?? "–", use.predicted ?? "–", use.score === null ? "" : use.score.toFixed(4)].map((text, index) => h("td", { key: index }, text))),
          )),
        ),
    h("h3", null, "What people decided"),
    h("table", null, h("tbody", null, value.history.map((/** @type {any} */ event, /** @type {number} */ index) => h("tr", { key: index }, h("td", { class: "wb-number" }, moment(event.at)), h("td", null, event.action), h("td", null, `${event.before ?? "none"} → ${event.after ?? "none"}`), h("td", null, event.annotator))))),
  );
}
