import { isDigit, labelOfKey, plainKey } from "../shared/label_keys.js";

/**
 * What a key asks of the box panel; nothing for the keys that the drawing area knows itself. Pure.
 * As in the label panel each command has a key that no label can have; its letter serves as long as no label has it.
 *
 * @typedef {{key: string, code?: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, shiftKey: boolean}} Press
 * @typedef {"submit" | "skip" | "undo" | "next" | "previous" | "help" | "delete" | "larger" | "smaller" | "fit" | "exact" | "pan left" | "pan right" | "pan up" | "pan down" | "overview" | "none"} Command
 * @typedef {{label: string} | {area: string} | null} Aside A label that is chosen, or a key of the drawing area by its code.
 */

/** The keys that the help shows. @type {[string, string][]} */
export const HELP = [
  ["drag on the image", "draw a box with the chosen label"],
  ["Shift+drag", "draw a box also where another one lies"],
  ["+, −, wheel", "zoom in and out; = fits the image again; * pixels exact or smooth"],
  ["Ctrl+drag, middle button, Shift+arrows", "move an enlarged image"],
  ["drag a box, its edges or corners", "move it, change its size"],
  ["its key", "choose the label whose letter or digit it is; boxes drawn from now on get it"],
  ["Ctrl+Enter or C", "give the selected box the chosen label"],
  ["Tab, Shift+Tab", "select the next or previous box"],
  ["Ctrl+arrows or W A S D", "move the selected box by a pixel, with Shift by ten"],
  ["Alt+arrows or Q E, F R", "make it narrower or wider, lower or higher"],
  ["Delete, Backspace", "delete the selected box"],
  ["Enter", "submit: the boxes are complete; go on to the next undecided image"],
  ["Space", "skip: set an image without boxes aside"],
  ["Ctrl+Z or U", "undo the last change, also after a restart"],
  ["Left, Right", "the image before and after"],
  ["Escape", "all images at a glance: arrows, Page Up and Page Down go through them, Enter opens one"],
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
  "+": "larger",
  "-": "smaller",
  "=": "fit",
  "*": "exact",
  Escape: "overview",
};

/** @type {Record<string, Command>} */
const PANS = { ArrowLeft: "pan left", ArrowRight: "pan right", ArrowUp: "pan up", ArrowDown: "pan down" };

/** The codes of the keys that move and size the selected box in the drawing area. @type {Record<string, string>} */
const MOVES = { ArrowUp: "KeyW", ArrowLeft: "KeyA", ArrowDown: "KeyS", ArrowRight: "KeyD" };
/** @type {Record<string, string>} */
const SIZES = { ArrowUp: "KeyR", ArrowLeft: "KeyQ", ArrowDown: "KeyF", ArrowRight: "KeyE" };

/**
 * What a key means beside the commands. The drawing area's own keys are letters, which may be labels'.
 * @param {Press} press @param {readonly {name: string, key: string | null}[]} labels
 * @returns {Aside}
 */
export function asideOf(press, labels) {
  const control = press.ctrlKey || press.metaKey;
  if (control && press.key === "Enter") return { area: "KeyC" };
  if (control && MOVES[press.key]) return { area: MOVES[press.key] };
  if (press.altKey && SIZES[press.key]) return { area: SIZES[press.key] };
  if (control || press.altKey) return null;
  const label = labelOfKey(press, labels);
  return label ? { label: label.name } : null;
}

/** @param {Press} press @returns {Command | null} */
export function commandOf(press) {
  if (press.altKey) return null;
  const key = plainKey(press.key);
  if (press.ctrlKey || press.metaKey) return key === "z" && !press.shiftKey ? "undo" : null;
  if (press.shiftKey && !["?", "+", "=", "*"].includes(press.key)) return PANS[press.key] ?? null;
  // The drawing area would choose the label of that position.
  return isDigit(key) ? "none" : (COMMANDS[key] ?? null);
}

/** @typedef {{by: number} | {rows: number} | {page: number} | "open" | "first" | "last" | "undo" | "help" | null} OverviewCommand */

/** @type {Record<string, OverviewCommand>} */
const OVERVIEW = {
  ArrowLeft: { by: -1 },
  ArrowRight: { by: 1 },
  ArrowUp: { rows: -1 },
  ArrowDown: { rows: 1 },
  PageUp: { page: -1 },
  PageDown: { page: 1 },
  Home: "first",
  End: "last",
  Enter: "open",
  u: "undo",
  "?": "help",
};

/** What a key asks of the overview of all images. @param {Press} press @returns {OverviewCommand} */
export function overviewCommandOf(press) {
  if (press.altKey) return null;
  if (press.ctrlKey || press.metaKey) return plainKey(press.key) === "z" && !press.shiftKey ? "undo" : null;
  if (press.shiftKey && press.key !== "?") return null;
  return OVERVIEW[plainKey(press.key)] ?? null;
}
