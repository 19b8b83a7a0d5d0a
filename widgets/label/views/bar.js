import { h } from "preact";
import { duration, number, percent, plural } from "../../shared/format.js";
import { TypedInput } from "../../shared/typed_input.js";
import { goHome } from "../browsing.js";
import { run } from "../keyboard.js";
import { closeQueue } from "../queue.js";
import { pace, timeLeft } from "../sitting.js";
import { ON_BOXES } from "../wording.js";
import { TeamButtons } from "./queue.js";

/** @import { Desk } from "../desk.js" */

/** The bar: the theme, how far it is, the pace, the annotator, undo and help. @param {{desk: Desk}} props */
export function Bar({ desk }) {
  const { state } = desk;
  const home = state.view === "home";
  return h(
    "div",
    { class: "wb-bar" },
    home || desk.gallery
      ? h("b", null, home ? "Themes" : state.theme?.name)
      : h(
          "button",
          { type: "button", class: "wb-theme", title: "Show all themes", onClick: () => leave(desk) },
          h("span", { "aria-hidden": "true" }, "‹ "),
          h("b", null, state.theme?.name),
        ),
    !home && h(Progress, { desk }),
    h("span", { class: "wb-grow" }),
    h(Annotator, { desk }),
    !home && !desk.gallery && h(TeamButtons, { desk }),
    !home &&
      h(
        "button",
        { type: "button", onClick: () => run(desk, { name: "undo" }), title: "Undo the last act (U)" },
        "Undo",
      ),
    h(
      "button",
      {
        type: "button",
        "aria-label": "Show the keys",
        title: "Show the keys (?)",
        onClick: () => desk.set({ dialog: { name: "help" } }),
      },
      "?",
    ),
  );
}

/** @param {Desk} desk */
function leave(desk) {
  if (desk.state.focus?.queue) closeQueue(desk);
  goHome(desk);
}

/** @param {{desk: Desk}} props */
function Progress({ desk }) {
  const counts = desk.countsNow();
  const total = counts.total();
  const boxes = desk.state.theme?.boxes;
  if (boxes)
    return [
      h(
        "span",
        { class: "wb-number", "data-count": "boxes" },
        `${plural(total, "image")}, ${plural(
          Object.values(boxes).reduce((a, b) => a + b, 0),
          "box",
          "boxes",
        )}`,
      ),
      h("span", { class: "wb-faint wb-ellipsis", title: ON_BOXES }, ON_BOXES),
    ];
  const labeled = counts.total({ state: "labeled" });
  const skipped = counts.total({ state: "skipped" });
  const { sitting } = desk.state;
  const rate = pace(sitting);
  const left = timeLeft(sitting, total - labeled - skipped);
  const said = [`${number(sitting.images)} in this sitting`];
  if (rate !== null) said.push(`${number(rate)}/h`);
  if (left !== null) said.push(`${duration(left)} left`);
  return [
    h("span", { class: "wb-number", "data-count": "labeled" }, `${number(labeled)} of ${number(total)} labeled`),
    h(
      "span",
      {
        class: "wb-progress",
        role: "progressbar",
        "aria-label": "Labeled",
        "aria-valuenow": percent(labeled, total),
        "aria-valuemin": 0,
        "aria-valuemax": 100,
      },
      h("span", { style: { width: `${total > 0 ? (100 * labeled) / total : 0}%` } }),
    ),
    // Where the panel is narrow this gives way, not the buttons beside it.
    sitting.images > 0 &&
      h(
        "span",
        {
          class: "wb-number wb-faint wb-ellipsis wb-pace",
          title: ["Labeled in this sitting; images an hour, over the last minutes of work; time left", ...said].join(
            "\n",
          ),
        },
        said.join("  "),
      ),
  ];
}

/** @param {{desk: Desk}} props */
function Annotator({ desk }) {
  return h(
    "label",
    { class: "wb-annotator" },
    h("span", { class: "wb-faint" }, "annotator "),
    h(TypedInput, {
      type: "text",
      value: desk.state.annotator,
      size: 10,
      maxLength: 100,
      title: "The name that is recorded with each of your decisions",
      onTyped: (text, input) => {
        const name = text.trim() || desk.model.get("config").annotator;
        // What was handed out was for the other one.
        if (desk.state.focus?.queue) closeQueue(desk);
        input.value = name;
        desk.remember("annotator", name);
        desk.acts = [];
        desk.set({ annotator: name });
      },
      onKeyDown: (/** @type {KeyboardEvent} */ event) => event.key === "Enter" && desk.focusMain(),
    }),
  );
}
