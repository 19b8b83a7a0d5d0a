import { h } from "preact";
import { number, percent } from "../../shared/format.js";
import { openTheme } from "../browsing.js";
import { ON_BOXES } from "../wording.js";
import { Swatch } from "./mark.js";

/** @import { Desk } from "../desk.js" */
/** @import { ThemeCard } from "../types.js" */

/** All themes as cards. @param {{desk: Desk}} props */
export function Home({ desk }) {
  const { themes } = desk.state;
  return h(
    "div",
    { class: "wb-scroll wb-home", tabIndex: 0, "data-main": "" },
    h(
      "div",
      { class: "wb-home-head" },
      h(
        "button",
        { type: "button", class: "wb-primary", onClick: () => desk.set({ dialog: { name: "theme" } }) },
        "New theme",
      ),
    ),
    themes === null && h("p", { class: "wb-nothing" }, "Loading the themes …"),
    themes?.length === 0 &&
      h(
        "p",
        { class: "wb-nothing" },
        "No themes yet. A theme is one classification task: its name, its labels, its images.",
      ),
    h(
      "div",
      { class: "wb-cards", role: "list" },
      themes?.map((theme) => h(ThemeView, { key: theme.id, desk, theme })),
    ),
  );
}

/** @param {{desk: Desk, theme: ThemeCard}} props */
function ThemeView({ desk, theme }) {
  const { counts } = theme;
  const none = counts.samples - counts.train - counts.valid - counts.test;
  const { boxes } = theme;
  const done = boxes ? boxes.submitted : counts.labeled;
  const figures = [
    ["images", counts.samples],
    [boxes ? "done" : "labeled", done],
    boxes ? ["boxes", boxes.boxes] : ["unlabeled", counts.samples - done],
    ["train", counts.train],
    ["valid", counts.valid],
    ["test", counts.test],
    ["no split", none],
  ];
  return h(
    "article",
    { class: "wb-theme-card", role: "listitem", "aria-label": `Theme ${theme.name}` },
    h(
      "button",
      {
        type: "button",
        class: "wb-theme-open",
        onClick: () => openTheme(desk, theme.id),
        "aria-label": `Open ${theme.name}`,
      },
      h("b", null, theme.name),
    ),
    h("p", { class: "wb-faint" }, theme.description || "No description."),
    boxes && h("p", { class: "wb-faint" }, ON_BOXES),
    h(
      "div",
      {
        class: "wb-progress",
        role: "progressbar",
        "aria-label": "Labeled",
        "aria-valuenow": percent(done, counts.samples),
        "aria-valuemin": 0,
        "aria-valuemax": 100,
      },
      h("span", { style: { width: `${counts.samples > 0 ? (100 * done) / counts.samples : 0}%` } }),
    ),
    h(
      "dl",
      { class: "wb-figures" },
      figures.map(([name, value]) =>
        h(
          "div",
          { key: name },
          h("dt", null, name),
          h("dd", { class: "wb-number" }, number(/** @type {number} */ (value))),
        ),
      ),
    ),
    h(
      "div",
      { class: "wb-chips wb-fill" },
      theme.labels
        .slice(0, 12)
        .map((label) => h("span", { key: label.id, class: "wb-mark" }, h(Swatch, { color: label.color }), label.name)),
      theme.labels.length > 12 && h("span", { class: "wb-faint" }, `and ${theme.labels.length - 12} more`),
    ),
    h(
      "div",
      { class: "wb-row" },
      h("button", { type: "button", onClick: () => openTheme(desk, theme.id) }, "Open"),
      h(
        "button",
        {
          type: "button",
          onClick: () => desk.set({ dialog: { name: "theme", theme } }),
          "aria-label": `Edit ${theme.name}`,
        },
        "Edit…",
      ),
      h(
        "button",
        {
          type: "button",
          onClick: () => desk.set({ dialog: { name: "delete theme", theme } }),
          "aria-label": `Delete ${theme.name}`,
        },
        "Delete…",
      ),
    ),
  );
}
