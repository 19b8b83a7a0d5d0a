import { h } from "preact";
import { useRef } from "preact/hooks";
import { goRound, useFocus } from "../../shared/modal.js";
import { LOST } from "../../shared/watching.js";
import { countOff } from "../draft.js";
import { KEYS, VIEWS } from "../keys.js";
import { Controls } from "./controls.js";
import { Data } from "./data.js";
import { Side } from "./side.js";
import { Augmentation, Batch, Libraries, Splits, Steps } from "./views.js";

/** @import { Desk } from "../desk.js" */

const SHOWN = { steps: Steps, augmentation: Augmentation, splits: Splits, libraries: Libraries, batch: Batch };

/** The whole panel. @param {{desk: Desk}} props */
export function App({ desk }) {
  const { view, keys, yaml, askReload } = desk.state;
  return h(
    "div",
    { class: "wb-body" },
    h(Bar, { desk }),
    h(
      "div",
      { class: "wb-columns" },
      h(Side, { desk }),
      h(
        "main",
        { class: "wb-main" },
        h(Tabs, { desk }),
        h(
          "div",
          { class: "wb-scroll", role: "tabpanel", "aria-label": VIEWS.find((each) => each.view === view)?.name },
          view === "data" ? h(Data, { desk }) : h(Answer, { desk }),
        ),
      ),
      h(Controls, { desk }),
    ),
    h(Status, { desk }),
    keys && h(Keys, { desk }),
    yaml && h(Yaml, { desk }),
    askReload && h(Reload, { desk }),
  );
}

/** @param {{desk: Desk}} props */
function Bar({ desk }) {
  const { theme, sample, past } = desk.state;
  return h(
    "header",
    { class: "wb-bar" },
    h("strong", { class: "wb-ellipsis", title: theme }, theme),
    sample &&
      h(
        "span",
        { class: "wb-ellipsis wb-faint", title: sample.name },
        `${sample.name}: ${sample.label || "unlabeled"}${sample.split ? `, ${sample.split}` : ""}`,
      ),
    h("span", { class: "wb-grow" }),
    desk.changed && h("span", { class: "wb-changed" }, "changed"),
    h("button", { disabled: past.length === 0, onClick: () => desk.undo() }, "Undo"),
    h("button", { onClick: () => (desk.changed ? desk.set({ askReload: true }) : desk.reload()) }, "Load file"),
    h("button", { onClick: () => desk.copy() }, "Copy as YAML"),
    h("button", { class: "wb-primary", disabled: !desk.changed, onClick: () => desk.save() }, "Save to auguments.yaml"),
    h("button", { "aria-label": "Keys", title: "Keys", onClick: () => desk.set({ keys: true }) }, "?"),
  );
}

/** @param {{desk: Desk}} props */
function Tabs({ desk }) {
  const { view, seed } = desk.state;
  const draws = view === "augmentation" || view === "splits" || view === "libraries" || view === "batch";
  return h(
    "div",
    { class: "wb-tools" },
    h(
      "div",
      {
        class: "wb-segments",
        role: "tablist",
        "aria-label": "Views",
        onKeyDown: (/** @type {KeyboardEvent} */ event) => onTabKey(desk, event),
      },
      VIEWS.map((each) =>
        h(
          "button",
          {
            key: each.view,
            role: "tab",
            tabIndex: view === each.view ? 0 : -1,
            "aria-selected": view === each.view,
            onClick: () => desk.show(each.view),
          },
          each.name,
        ),
      ),
    ),
    h("span", { class: "wb-grow" }),
    draws && h("span", { class: "wb-faint wb-number" }, `seed ${seed}`),
    draws && h("button", { onClick: () => desk.reroll() }, "Roll again"),
  );
}

/** The arrows go from one view to the next, as in any row of tabs. @param {Desk} desk @param {KeyboardEvent} event */
function onTabKey(desk, event) {
  const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (by === 0) return;
  event.preventDefault();
  const at = VIEWS.findIndex((each) => each.view === desk.state.view) + by;
  const next = VIEWS[(at + VIEWS.length) % VIEWS.length];
  desk.show(next.view);
  /** @type {HTMLElement | undefined} */ (
    /** @type {HTMLElement} */ (event.currentTarget).children[VIEWS.indexOf(next)]
  )?.focus();
}

/** @param {{desk: Desk}} props */
function Answer({ desk }) {
  const { answer, view } = desk.state;
  if (!answer || answer.view !== view) return null;
  return h(SHOWN[/** @type {keyof typeof SHOWN} */ (view)], { desk, answer });
}

/** @param {{desk: Desk}} props */
function Status({ desk }) {
  const { problem, notice, health, waiting, draft } = desk.state;
  const off = draft ? countOff(draft) : 0;
  const said =
    health === "lost"
      ? h("span", { class: "wb-warn" }, LOST)
      : health === "busy"
        ? "No answer from the kernel yet; the picture follows."
        : waiting
          ? "Working …"
          : notice || (desk.changed ? "Not saved yet." : "As in auguments.yaml.");
  return h(
    "footer",
    { class: "wb-status", role: "status" },
    problem ? h("span", { class: "wb-warn wb-problem" }, problem) : h("span", null, said),
    h("span", { class: "wb-grow" }),
    off > 0 && h("span", { class: "wb-faint" }, `${off} switched off: left out when saving`),
  );
}

/** @param {{desk: Desk, label: string, first?: string, children?: any}} props `first` selects what gets the focus. */
function Dialog({ desk, label, first = "button", children }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useFocus(box, first);
  return h(
    "div",
    {
      class: "wb-veil",
      onMouseDown: (/** @type {Event} */ event) => event.target === event.currentTarget && desk.closeDialog(),
    },
    h(
      "div",
      {
        ref: box,
        class: "wb-dialog",
        role: "dialog",
        "aria-modal": "true",
        "aria-label": label,
        tabIndex: -1,
        onKeyDown: (/** @type {KeyboardEvent} */ event) => goRound(event, box.current),
      },
      h("h3", null, label),
      children,
    ),
  );
}

/** @param {{desk: Desk}} props */
function Keys({ desk }) {
  return h(
    Dialog,
    { desk, label: "Keys" },
    h(
      "table",
      null,
      h(
        "tbody",
        null,
        KEYS.map(([key, does]) => h("tr", { key }, h("th", { scope: "row" }, key), h("td", null, does))),
      ),
    ),
    h("div", { class: "wb-row wb-right" }, h("button", { onClick: () => desk.closeDialog() }, "Close")),
  );
}

/** @param {{desk: Desk}} props */
function Yaml({ desk }) {
  const { yaml } = desk.state;
  return h(
    Dialog,
    { desk, label: "Settings as YAML", first: "textarea" },
    h("textarea", {
      class: "wb-yaml",
      readOnly: true,
      "aria-label": "Settings as YAML",
      value: yaml,
      onFocus: (/** @type {any} */ event) => event.target.select(),
    }),
    h("div", { class: "wb-row wb-right" }, h("button", { onClick: () => desk.closeDialog() }, "Close")),
  );
}

/** @param {{desk: Desk}} props */
function Reload({ desk }) {
  return h(
    Dialog,
    { desk, label: "Load auguments.yaml?" },
    h("div", null, "Your changes are not saved; loading the file drops them."),
    h(
      "div",
      { class: "wb-row wb-right" },
      h("button", { onClick: () => desk.closeDialog() }, "Keep my changes"),
      h("button", { class: "wb-danger", onClick: () => desk.reload() }, "Drop my changes and load"),
    ),
  );
}
