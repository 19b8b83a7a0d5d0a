import { h } from "preact";
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
      h("main", { class: "wb-main" }, h(Tabs, { desk }), h("div", { class: "wb-scroll" }, view === "data" ? h(Data, { desk }) : h(Answer, { desk }))),
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
    h("strong", null, theme),
    sample && h("span", { class: "wb-ellipsis wb-faint", title: sample.name }, `${sample.name}  ${sample.label || "unlabeled"}${sample.split ? `, ${sample.split}` : ""}`),
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
      { class: "wb-segments", role: "tablist" },
      VIEWS.map((each) => h("button", { key: each.view, role: "tab", "aria-selected": view === each.view, onClick: () => desk.show(each.view) }, each.name)),
    ),
    h("span", { class: "wb-grow" }),
    draws && h("span", { class: "wb-faint wb-number" }, `seed ${seed}`),
    draws && h("button", { onClick: () => desk.reroll() }, "Roll again"),
  );
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
    health === "lost" ? "The kernel was restarted: run the cell again."
    : health === "busy" ? "The kernel is busy; the picture follows."
    : waiting ? "Working ..."
    : notice || (desk.changed ? "Not saved yet." : "As in auguments.yaml.");
  return h(
    "footer",
    { class: "wb-status", role: "status" },
    problem ? h("span", { class: "wb-warn wb-problem" }, problem) : h("span", null, said),
    h("span", { class: "wb-grow" }),
    off > 0 && h("span", { class: "wb-faint" }, `${off} switched off: left out when saving`),
  );
}

/** @param {{desk: Desk, label: string, children?: any}} props */
function Dialog({ desk, label, children }) {
  const close = () => desk.set({ keys: false, yaml: "", askReload: false });
  return h(
    "div",
    { class: "wb-veil", onClick: (/** @type {Event} */ event) => event.target === event.currentTarget && close() },
    h("div", { class: "wb-dialog", role: "dialog", "aria-label": label, tabIndex: -1, ref: (/** @type {any} */ element) => element && !element.contains(document.activeElement) && element.focus() }, children),
  );
}

/** @param {{desk: Desk}} props */
function Keys({ desk }) {
  return h(
    Dialog,
    { desk, label: "Keys" },
    h("table", null, KEYS.map(([key, does]) => h("tr", { key }, h("th", null, key), h("td", null, does)))),
    h("div", { class: "wb-row wb-right" }, h("button", { onClick: () => desk.set({ keys: false }) }, "Close")),
  );
}

/** @param {{desk: Desk}} props */
function Yaml({ desk }) {
  const { yaml } = desk.state;
  return h(
    Dialog,
    { desk, label: "Settings as YAML" },
    h("textarea", { class: "wb-yaml", readOnly: true, "aria-label": "Settings as YAML", value: yaml, ref: (/** @type {any} */ area) => area?.select() }),
    h("div", { class: "wb-row wb-right" }, h("button", { onClick: () => desk.set({ yaml: "" }) }, "Close")),
  );
}

/** @param {{desk: Desk}} props */
function Reload({ desk }) {
  return h(
    Dialog,
    { desk, label: "Load the file" },
    h("div", null, "Your changes are not saved. Loading auguments.yaml drops them."),
    h(
      "div",
      { class: "wb-row wb-right" },
      h("button", { onClick: () => desk.set({ askReload: false }) }, "Keep my changes"),
      h("button", { class: "wb-danger", onClick: () => desk.reload() }, "Drop my changes and load"),
    ),
  );
}
