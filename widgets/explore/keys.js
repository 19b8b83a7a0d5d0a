/** @import { ExplorePanel, View } from "./state.js" */

export const VIEWS = /** @type {{view: View, name: string}[]} */ ([
  { view: "steps", name: "Steps" },
  { view: "augmentation", name: "Augmentation" },
  { view: "splits", name: "Splits" },
  { view: "libraries", name: "Libraries" },
  { view: "batch", name: "Batch" },
  { view: "data", name: "Data" },
]);

export const KEYS = [
  ["j / k", "next, previous image"],
  ["1 to 6", "steps, augmentation, splits, libraries, batch, data"],
  ["r", "roll the dice again: another seed"],
  ["u", "take the last change back"],
  ["Ctrl + S", "save the notebook, as everywhere"],
  ["?", "this list"],
  ["Escape", "one step out"],
];

/** Take a key that the notebook does not get. @param {ExplorePanel} panel @param {KeyboardEvent} event */
export function onKey(panel, event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.key === "Escape") {
    if (panel.dialogOpen) panel.closeDialog();
    else panel.root.focus();
    if (target.matches("[type=search]")) panel.filter({ search: "" });
    event.preventDefault();
    return;
  }
  // What lies behind a dialog is not changed while it is read.
  if (panel.dialogOpen && event.key !== "?") return;
  const typing = target.matches("textarea, select, input:not([type=checkbox]):not([type=range])");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const run = commandFor(panel, event.key);
  if (!run) return;
  event.preventDefault();
  run();
}

/** @param {ExplorePanel} panel @param {string} key @returns {(() => void) | null} */
function commandFor(panel, key) {
  const number = VIEWS[Number(key) - 1];
  if (number) return () => panel.show(number.view);
  switch (key) {
    case "j":
      return () => panel.step(1);
    case "k":
      return () => panel.step(-1);
    case "r":
      return () => panel.reroll();
    case "u":
      return () => panel.undo();
    case "?":
      return () => (panel.dialogOpen ? panel.closeDialog() : panel.set({ keys: true }));
    default:
      return null;
  }
}
