import { h } from "preact";
import { Swatch } from "../label/views/mark.js";
import { moment, number } from "../shared/format.js";

/** @import { Desk } from "./desk.js" */

const STAGES = ["none", "staging", "production", "archived"];

/** A table whose rows are filtered by what is typed. @param {{desk: Desk, head: [string, boolean?][], words: (row: any) => string, row: (row: any) => any[], id: (row: any) => string | number, empty: string, whole?: boolean}} props */
function Filtered({ desk, head, words, row, id, empty, whole = false }) {
  const { rows, filter } = desk.state;
  if (!rows) return null;
  const shown = rows.filter((one) => words(one).toLowerCase().includes(filter.toLowerCase()));
  return [
    h(
      "div",
      { class: "wb-row" },
      h("input", {
        type: "search",
        placeholder: "Filter",
        "aria-label": "Filter",
        value: filter,
        onInput: (/** @type {any} */ event) => desk.set({ filter: event.target.value }),
      }),
      h("span", { class: "wb-faint" }, `${number(shown.length)} of ${number(rows.length)}`),
    ),
    shown.length === 0
      ? h("p", { class: "wb-faint" }, rows.length === 0 ? empty : "Nothing matches the filter.")
      : h(
          "table",
          { class: whole ? "wb-whole" : "" },
          h(
            "thead",
            null,
            h(
              "tr",
              null,
              head.map(([name, numeric]) => h("th", { key: name, class: numeric ? "wb-number" : "" }, name)),
            ),
          ),
          h(
            "tbody",
            null,
            shown.map((one) =>
              h(
                "tr",
                { key: id(one), class: one.deleted ? "wb-faint" : "" },
                row(one).map((cell, index) => h("td", { key: index, class: head[index][1] ? "wb-number" : "" }, cell)),
              ),
            ),
          ),
        ),
  ];
}

/** A text that is changed where it stands; Enter or leaving it saves, Escape leaves it as it was. @param {{desk: Desk, value: string, name: string, size?: number, save: (value: string) => void}} props */
function Editable({ desk, value, name, size = 20, save }) {
  return h("input", {
    // Not the value itself: drawing anew while somebody types must not take the letters away. What was refused goes.
    key: `${desk.state.refused} ${value}`,
    type: "text",
    defaultValue: value,
    size,
    title: value,
    "aria-label": name,
    onChange: (/** @type {any} */ event) => event.target.value !== value && save(event.target.value),
    onKeyDown: (/** @type {any} */ event) => {
      if (event.key === "Escape") event.target.value = value;
      if (event.key === "Enter" || event.key === "Escape") event.target.blur();
    },
  });
}

/** @param {{desk: Desk}} props */
export function ThemeTable({ desk }) {
  /** @param {any} row @param {any} change */
  const edit = (row, change) => desk.change("Saving …", "edit theme", { theme: row.id, ...change }, () => "Saved.");
  return h(Filtered, {
    desk,
    head: [
      ["Name"],
      ["Description"],
      ["Task"],
      ["Labels", true],
      ["Images", true],
      ["Labeled", true],
      ["Models", true],
      ["Created"],
      [""],
    ],
    words: (row) => `${row.name} ${row.description} ${row.task}`,
    id: (row) => row.id,
    empty: "There are no themes yet. Make one in the label panel.",
    whole: true,
    row: (row) => [
      row.deleted
        ? row.name
        : h(Editable, { desk, value: row.name, name: `Name of ${row.name}`, save: (name) => edit(row, { name }) }),
      row.deleted
        ? row.description
        : h(Editable, {
            desk,
            value: row.description,
            name: `Description of ${row.name}`,
            size: 28,
            save: (description) => edit(row, { description }),
          }),
      row.task,
      number(row.labels.length),
      number(row.samples),
      number(row.labeled),
      number(row.models),
      moment(row.created),
      row.deleted
        ? h(
            "button",
            {
              type: "button",
              "aria-label": `Restore ${row.name}`,
              onClick: () =>
                desk.change("Restoring …", "restore theme", { theme: row.id }, () => `“${row.name}” is back.`),
            },
            "Restore",
          )
        : h(
            "button",
            {
              type: "button",
              "aria-label": `Delete ${row.name}`,
              onClick: () =>
                desk.remove(
                  { kind: "theme", id: row.id },
                  `Delete ${row.name}`,
                  "delete theme",
                  { theme: row.id },
                  `“${row.name}” is deleted; Restore brings it back.`,
                ),
            },
            "Delete…",
          ),
    ],
  });
}

/** @param {{desk: Desk}} props */
export function LabelTable({ desk }) {
  /** @param {any} row @param {any} change */
  const edit = (row, change) =>
    desk.change("Saving …", "edit label", { theme: row.theme, label: row.id, ...change }, () => "Saved.");
  return h(Filtered, {
    desk,
    head: [["Theme"], ["Key", true], [""], ["Name"], ["Color"], ["Images", true], ["Boxes", true], [""]],
    words: (row) => `${row.theme_name} ${row.name}`,
    id: (row) => row.id,
    empty: "There are no labels yet.",
    row: (row) => [
      row.theme_name,
      row.position <= 9 ? row.position : "",
      h(Swatch, { color: row.color }),
      h(Editable, { desk, value: row.name, name: `Name of ${row.name}`, save: (name) => edit(row, { name }) }),
      h("input", {
        type: "color",
        value: row.color,
        "aria-label": `Color of ${row.name}`,
        onChange: (/** @type {any} */ event) => edit(row, { color: event.target.value }),
      }),
      number(row.samples),
      number(row.boxes),
      h(
        "button",
        {
          type: "button",
          "aria-label": `Delete ${row.name}`,
          onClick: () =>
            desk.remove(
              { kind: "label", id: row.id },
              `Delete ${row.name}`,
              "delete label",
              { theme: row.theme, label: row.id },
              `“${row.name}” is deleted.`,
            ),
        },
        "Delete…",
      ),
    ],
  });
}

/** @param {{desk: Desk}} props */
export function ModelTable({ desk }) {
  return h(Filtered, {
    desk,
    head: [
      ["Theme"],
      ["Version", true],
      ["Stage"],
      ["Test accuracy", true],
      ["Predictions", true],
      ["Run"],
      ["Snapshot"],
      ["Created"],
      [""],
    ],
    words: (row) => `${row.theme_name} ${row.stage} ${row.run} ${row.snapshot}`,
    id: (row) => `${row.theme_name}/${row.version}`,
    empty: "There are no registered models yet. notebooks/05_register.ipynb makes one.",
    row: (row) => {
      const which = { theme: row.theme_name, version: row.version };
      return [
        row.theme_name,
        row.version,
        h(
          "select",
          {
            value: row.stage,
            "aria-label": `Stage of ${row.theme_name} ${row.version}`,
            onChange: (/** @type {any} */ event) =>
              desk.change(
                "Changing the stage …",
                "promote",
                { ...which, stage: event.target.value },
                () => `Version ${row.version} of “${row.theme_name}” is now in ${event.target.value}.`,
              ),
          },
          STAGES.map((stage) => h("option", { key: stage, value: stage }, stage)),
        ),
        row.accuracy === null || row.accuracy === undefined ? "–" : row.accuracy.toFixed(4),
        number(row.predictions),
        h("code", null, row.run.slice(0, 8)),
        h("code", null, row.snapshot),
        moment(row.created),
        h(
          "button",
          {
            type: "button",
            "aria-label": `Delete version ${row.version} of ${row.theme_name}`,
            onClick: () =>
              desk.remove(
                { kind: "model", ...which },
                `Delete version ${row.version}`,
                "delete model",
                which,
                `Version ${row.version} is deleted.`,
              ),
          },
          "Delete…",
        ),
      ];
    },
  });
}
