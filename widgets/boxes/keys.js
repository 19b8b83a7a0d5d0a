/**
 * What a key asks of the box panel; nothing for the keys that the drawing area knows itself. Pure.
 *
 * @typedef {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, shiftKey: boolean}} Press
 * @typedef {"submit" | "skip" | "undo" | "next" | "previous" | "help" | "delete"} Command
 */

/** The keys that the help shows. @type {[string, string][]} */
export const HELP = [
  ["drag on the image", "draw a box with the chosen label"],
  ["drag a box, its edges or corners", "move it, change its size"],
  ["1 – 9, 0", "choose a label; boxes drawn from now on get it"],
  ["C", "give the selected box the chosen label"],
  ["Tab, Shift+Tab", "select the next or previous box"],
  ["W A S D", "move the selected box by a pixel, with Shift by ten"],
  ["Q E, F R", "make it narrower or wider, lower or higher"],
  ["Delete, Backspace", "delete the selected box"],
  ["Enter", "submit: the boxes are complete; go on to the next undecided image"],
  ["Space", "skip: set an image without boxes aside"],
  ["U, Ctrl+Z", "undo the last change, also after a restart"],
  ["Left, Right", "the image before and after"],
  ["Escape", "leave the image, so that the keys are the notebook's again"],
  ["?", "this list"],
];

/** @type {Record<string, Command>} */
const COMMANDS = {
  Enter: "submit",
  " ": "skip",
  u: "undo",
  "?": "help",
  ArrowRight: "next",
  ArrowLeft: "previous",
  Backspace: "delete",
};

/** @param {Press} press @returns {Command | null} */
export function commandOf(press) {
  if (press.altKey) return null;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  if (press.ctrlKey || press.metaKey) return key === "z" && !press.shiftKey ? "undo" : null;
  if (press.shiftKey && press.key !== "?") return null;
  return COMMANDS[key] ?? null;
}
