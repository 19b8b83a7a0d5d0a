import { h } from "preact";
import { useRef } from "preact/hooks";
import { number, percent, plural } from "../shared/format.js";
import { keepTabInside, useFocus } from "../shared/modal.js";
import { HELP } from "./keys.js";

/** @import { Desk } from "./desk.js" */

/** The frame around the drawing area. @param {{desk: Desk, stage: HTMLElement}} props */
export function App({ desk, stage }) {
  return [
    h(Bar, { desk }),
    desk.get("heading").theme && h(Tools, { desk }),
    h(
      "div",
      { class: "wb-browse" },
      desk.get("heading").theme && h(Side, { desk }),
      !desk.get("heading").theme && h("p", { class: "wb-nothing wb-grow" }, desk.get("status")),
      // The drawing area is not Preact's: it is put there once.
      h("div", {
        class: "wb-main",
        hidden: !desk.get("heading").theme,
        ref: (/** @type {HTMLElement | null} */ host) => {
          if (host && stage.parentElement !== host) host.append(stage);
        },
      }),
    ),
    h(Conflict, { desk }),
    desk.get("heading").theme && h(Status, { desk }),
    desk.help && h(Help, { desk }),
  ];
}

/** @param {{desk: Desk}} props */
function Bar({ desk }) {
  const heading = desk.get("heading");
  const themes = desk.get("themes");
  const { theme, samples = 0, submitted = 0, skipped = 0, boxes = 0 } = heading;
  return h(
    "div",
    { class: "wb-bar" },
    themes.length > 1 || (themes.length === 1 && themes[0] !== theme)
      ? h(
          "select",
          {
            "aria-label": "Theme",
            value: theme ?? "",
            onChange: (/** @type {any} */ event) => desk.ask("theme", { theme: event.target.value }),
          },
          !themes.includes(theme) && h("option", { value: theme ?? "" }, theme ?? "choose a theme"),
          themes.map((/** @type {string} */ name) => h("option", { key: name, value: name }, name)),
        )
      : h("b", null, theme ?? "Boxes"),
    theme && [
      h(
        "span",
        { class: "wb-number", "data-count": "progress" },
        `${number(submitted)} of ${plural(samples, "image")} done`,
      ),
      h(
        "span",
        {
          class: "wb-progress",
          role: "progressbar",
          "aria-label": "Done",
          "aria-valuenow": percent(submitted, samples),
          "aria-valuemin": 0,
          "aria-valuemax": 100,
        },
        h("span", { style: { width: `${samples > 0 ? (100 * submitted) / samples : 0}%` } }),
      ),
      h("span", { class: "wb-number wb-faint" }, `${number(skipped)} skipped, ${plural(boxes, "box", "boxes")}`),
    ],
    h("span", { class: "wb-grow" }),
    theme &&
      h(
        "label",
        { class: "wb-annotator" },
        h("span", { class: "wb-faint" }, "annotator "),
        h("input", {
          type: "text",
          size: 10,
          maxLength: 100,
          value: heading.annotator,
          title: "The name that is recorded with each of your boxes",
          onChange: (/** @type {any} */ event) => desk.ask("annotator", { annotator: event.target.value }),
        }),
      ),
    theme && h("button", { type: "button", title: "Undo the last act (U)", onClick: () => desk.ask("undo") }, "Undo"),
    h(
      "button",
      { type: "button", "aria-label": "Show the keys", title: "Show the keys (?)", onClick: () => desk.showHelp(true) },
      "?",
    ),
  );
}

/** @param {{desk: Desk}} props */
function Tools({ desk }) {
  const { name, position, samples, among } = desk.get("heading");
  return h(
    "div",
    { class: "wb-tools" },
    h(
      "button",
      {
        type: "button",
        "aria-label": "Image before",
        title: "Image before (Left)",
        onClick: () => desk.ask("previous"),
      },
      "‹",
    ),
    h(
      "button",
      { type: "button", "aria-label": "Image after", title: "Image after (Right)", onClick: () => desk.ask("next") },
      "›",
    ),
    h(
      "select",
      {
        "aria-label": "Step through",
        value: among,
        onChange: (/** @type {any} */ event) => desk.ask("among", { among: event.target.value }),
      },
      [
        ["all", "all images"],
        ["undecided", "undecided"],
        ["done", "done"],
        ["skipped", "skipped"],
      ].map(([value, words]) => h("option", { key: value, value }, words)),
    ),
    h(
      "label",
      { class: "wb-number" },
      h("input", {
        type: "number",
        class: "wb-goto",
        min: 1,
        max: samples,
        value: position,
        "aria-label": "Go to image",
        onChange: (/** @type {any} */ event) => desk.ask("go", { position: Number(event.target.value) }),
      }),
      ` of ${number(samples)}`,
    ),
    h("b", { class: "wb-grow wb-ellipsis", "data-name": "", title: name }, name),
    h("button", { type: "button", title: "Set it aside (Space)", onClick: () => desk.ask("skip") }, "Skip"),
    h(
      "button",
      {
        type: "button",
        class: "wb-primary",
        title: "The boxes are complete (Enter)",
        onClick: () => desk.ask("submit"),
      },
      "Submit",
    ),
  );
}

/** The labels: key, color, name, how many boxes on this image and in all. @param {{desk: Desk}} props */
function Side({ desk }) {
  const here = desk.surface.boxes;
  const perLabel = desk.get("per_label");
  const colors = desk.get("colors");
  return h(
    "div",
    { class: "wb-side" },
    h(
      "div",
      { class: "wb-head" },
      h("span", null, "Labels"),
      h("span", { title: "Boxes on this image, and on all" }, "here · all"),
    ),
    desk.get("classes").map((/** @type {string} */ name, /** @type {number} */ index) =>
      h(
        "button",
        {
          type: "button",
          key: name,
          class: `wb-facet${desk.surface.get("label") === name ? " wb-on" : ""}`,
          "data-label": name,
          "aria-pressed": String(desk.surface.get("label") === name),
          "aria-label": `${name}, ${plural(here.filter((box) => box.label === name).length, "box", "boxes")} here, ${number(perLabel[name] ?? 0)} in all`,
          title: `Draw boxes of ${name}`,
          onClick: () => desk.surface.choose(name),
        },
        h("span", { class: "wb-key" }, index < 10 ? String((index + 1) % 10) : ""),
        h("span", { class: "wb-swatch", style: { background: colors[index % colors.length] } }),
        h("span", { class: "wb-ellipsis wb-grow" }, name),
        h("span", { class: "wb-number" }, number(here.filter((box) => box.label === name).length)),
        h("span", { class: "wb-number wb-faint wb-total" }, number(perLabel[name] ?? 0)),
      ),
    ),
    h(
      "p",
      { class: "wb-faint wb-hint" },
      "Drag to draw a box. C gives the selected box the chosen label, Delete removes it. ? lists all keys.",
    ),
  );
}

/** @param {{desk: Desk}} props */
function Conflict({ desk }) {
  const mine = desk.get("conflict").boxes;
  if (!mine) return null;
  return h(
    "div",
    { class: "wb-conflict", role: "alert" },
    h(
      "span",
      null,
      `Somebody else changed this image meanwhile; your ${plural(mine.length, "box", "boxes")} ${mine.length === 1 ? "was" : "were"} not saved. Theirs are shown.`,
    ),
    h("button", { type: "button", onClick: () => desk.ask("insist") }, `Use mine (${number(mine.length)})`),
    h("button", { type: "button", onClick: () => desk.ask("yield") }, "Keep theirs"),
  );
}

/** @param {{desk: Desk}} props */
function Status({ desk }) {
  const warn = desk.health === "live" ? "" : "wb-warn";
  return h(
    "div",
    { class: "wb-status" },
    h("span", { class: warn, "data-health": desk.health, role: "status" }, health(desk)),
    h("span", { class: "wb-faint wb-grow", "data-said": "", role: "status" }, desk.get("status")),
  );
}

/** @param {Desk} desk */
function health(desk) {
  const unsaved = desk.waiting.filter((message) => message.boxes).length;
  const wait = unsaved ? `${number(unsaved)} waiting` : "saved";
  const then = desk.journal.safe ? ", and what you drew is saved" : "; this browser keeps nothing, so draw it again";
  if (desk.health === "lost") return `${wait} · the kernel was restarted: run the cell again${unsaved ? then : ""}`;
  return desk.health === "busy" ? `${wait} · kernel busy` : wait;
}

/** @param {{desk: Desk}} props */
function Help({ desk }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useFocus(box, "button");
  const close = () => desk.showHelp(false);
  return h(
    "div",
    {
      class: "wb-veil",
      onMouseDown: (/** @type {MouseEvent} */ event) => event.target === event.currentTarget && close(),
    },
    h(
      "div",
      {
        ref: box,
        class: "wb-dialog wb-wide",
        role: "dialog",
        "aria-modal": "true",
        "aria-label": "Keys",
        onKeyDown: (/** @type {KeyboardEvent} */ event) => keepTabInside(event, box.current),
      },
      h("h3", null, "Keys"),
      h(
        "div",
        { class: "wb-dialog-body" },
        h(
          "table",
          null,
          h(
            "tbody",
            null,
            HELP.map(([keys, does]) => h("tr", { key: keys }, h("th", { scope: "row" }, keys), h("td", null, does))),
          ),
        ),
      ),
      h("div", { class: "wb-row wb-right" }, h("button", { type: "button", onClick: close }, "Close")),
    ),
  );
}
