import { isDigit, labelOfKey, plainKey } from "../shared/label_keys.js";

/**
 * What a key means. Pure: a key event goes in, a command comes out, or null when the key is not ours.
 * A label may have any letter or digit as its key; so each command has a key that is neither. Its letter, where it has one,
 * serves as long as no label has it.
 *
 * @import { Label } from "../shared/messages.js"
 * @typedef {{key: string, code?: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, shiftKey: boolean, repeat: boolean}} Press
 * @typedef {{name: string, [detail: string]: any}} Command
 */

/** The keys that the help shows: where they work, what is pressed, what happens. @type {[string, string, string][]} */
export const HELP = [
  ["Label", "its key", "give the label whose letter or digit it is, and go on"],
  ["Label", "first letters", "give a label that has no key"],
  ["Label", ".", "give any label by typing its name, Enter takes the first match"],
  ["Label", "Backspace, Delete", "clear the label"],
  ["Label", "Space or S", "skip"],
  ["Label", "Ctrl+Z or U", "undo the last change, also a bulk one, also after a restart"],
  ["Move", "arrows", "previous and next image"],
  ["Move", "Home, End", "first and last image of the page"],
  ["Move", "Page Up, Page Down", "previous and next page"],
  ["Grid", "Enter", "show one image large"],
  ["Grid", "Shift+Space", "select or deselect"],
  ["Grid", "Shift+arrows", "select a range"],
  ["Grid", "Ctrl+A", "select the page; once more: all that match the filter"],
  ["Grid", "Shift+N", "label what is assigned to nobody else"],
  ["Grid", "Shift+M", "label first what teaches the model beside the most"],
  ["Grid", "Shift+P", "pages of images to label at once"],
  ["Grid", "Shift+E", "second look: labels that the others contradict"],
  ["Grid", "Shift+L", "a page of what is like the image, or like the selection"],
  ["Grid", "Shift+O", "map: all images as points, alike ones together"],
  ["Page", "a label's key", "give the label to all that were not taken off"],
  ["Page", "Enter", "accept the page as it is suggested"],
  ["Page", "click, Delete", "take an image off, or put it back"],
  ["Page", "Space or S", "leave the page for later"],
  ["Map", "drag", "select what the line goes around; Shift adds to it"],
  ["Map", "arrows", "look around; with Shift they select a rectangle"],
  ["Map", "Enter", "select what is looked at, or not"],
  ["Map", "a label's key", "label what is selected"],
  ["Map", "Ctrl+A", "select what is in sight"],
  ["Map", "+, −", "zoom in and out; = shows all of it"],
  ["Grid", "Shift+R", "settle where annotators disagree"],
  ["Grid", "Shift+Delete", "delete the selected images"],
  ["Grid", "/", "search by file name"],
  ["Image", "Enter", "accept the label that is suggested beside the image"],
  ["Image", "+, −", "zoom in and out; = fits the image again"],
  ["Image", "*", "enlarge smoothly, or pixel by pixel"],
  ["Image", ",", "what the model takes it for, and where it looks; once more: no longer"],
  ["Image", "drag, wheel", "pan and zoom"],
  ["Anywhere", "Escape", "one step back"],
  ["Anywhere", "?", "this list"],
];

/** @type {Record<string, Command>} */
const BOTH = {
  Backspace: { name: "clear" },
  Delete: { name: "clear" },
  " ": { name: "skip" },
  s: { name: "skip" },
  u: { name: "undo" },
  "?": { name: "help" },
  ".": { name: "type" },
};

/** @type {Record<string, Command>} */
const GRID = {
  Enter: { name: "open" },
  Escape: { name: "out" },
  "/": { name: "search" },
  PageUp: { name: "page", by: -1 },
  PageDown: { name: "page", by: 1 },
};

/** @type {Record<string, Command>} */
const FOCUS = {
  Enter: { name: "accept suggested" },
  Escape: { name: "out" },
  ArrowRight: { name: "step", by: 1 },
  ArrowDown: { name: "step", by: 1 },
  ArrowLeft: { name: "step", by: -1 },
  ArrowUp: { name: "step", by: -1 },
  PageDown: { name: "step", by: 10 },
  PageUp: { name: "step", by: -10 },
  "+": { name: "zoom", by: 1.25 },
  "-": { name: "zoom", by: 0.8 },
  "=": { name: "fit" },
  "*": { name: "enlarging" },
  ",": { name: "explain" },
};

/** @type {Record<string, Command>} */
const MAP = {
  Enter: { name: "toggle" },
  Escape: { name: "out" },
  "+": { name: "zoom", by: 1.25 },
  "-": { name: "zoom", by: 0.8 },
  "=": { name: "fit" },
};

/** With Shift, in the grid and on the map. @type {Record<string, Command>} */
const SHIFTED = {
  " ": { name: "toggle" },
  n: { name: "queue", kind: "mine" },
  r: { name: "queue", kind: "review" },
  m: { name: "queue", kind: "useful" },
  p: { name: "pages", kind: "next" },
  e: { name: "pages", kind: "second look" },
  l: { name: "pages", kind: "similar" },
  o: { name: "map" },
};

/** @type {Record<string, string>} */
const DIRECTIONS = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "home",
  End: "end",
};

/**
 * @param {Press} press
 * @param {"grid" | "focus" | "map"} view
 * @param {readonly Label[]} labels
 * @param {boolean} [review] Whether there are predictions to accept.
 * @returns {Command | null}
 */
export function command(press, view, labels, review = false) {
  const key = plainKey(press.key);
  if (press.ctrlKey || press.metaKey) return withControl(key, press.shiftKey, view, review);
  if (press.altKey) return null;
  if (press.shiftKey && key === "Delete") return { name: "delete" };
  if (press.shiftKey && review && key === "a") return { name: "accept page" };
  if (press.shiftKey && view !== "focus" && Object.hasOwn(SHIFTED, key)) return SHIFTED[key];
  const label = labelOfKey(press, labels);
  if (label) return { name: "label", label: label.id };
  if (isDigit(key)) return { name: "no label", key };
  if (review && key === "a") return { name: "accept" };
  if (view !== "focus" && DIRECTIONS[key]) {
    return { name: "move", to: DIRECTIONS[key], extend: press.shiftKey };
  }
  const own = { grid: GRID, focus: FOCUS, map: MAP }[view];
  if (Object.hasOwn(BOTH, key)) return BOTH[key];
  if (Object.hasOwn(own, key)) return own[key];
  return key.length === 1 && /\p{L}|\p{N}/u.test(key) ? { name: "letter", letter: key } : null;
}

/** @param {string} key @param {boolean} shift @param {"grid" | "focus" | "map"} view @param {boolean} review @returns {Command | null} */
function withControl(key, shift, view, review) {
  if (key === "z" && !shift) return { name: "undo" };
  if (key === "a" && view !== "focus") return { name: "all" };
  if (key === "Enter" && review) return { name: shift ? "accept page" : "accept" };
  return null;
}

/** Commands that a held-down key must not repeat: one press is one decision. */
export const ONCE = new Set([
  "label",
  "clear",
  "skip",
  "undo",
  "delete",
  "letter",
  "toggle",
  "accept",
  "accept page",
  "accept suggested",
  "explain",
  "queue",
  "pages",
  "map",
  "open",
]);

/**
 * Where the cursor goes in a grid.
 * @param {number} index @param {string} to @param {number} columns @param {number} count
 */
export function moved(index, to, columns, count) {
  const next =
    { left: index - 1, right: index + 1, up: index - columns, down: index + columns, home: 0, end: count - 1 }[to] ??
    index;
  if (next >= 0 && next < count) return next;
  // From the last but one row, down leads into a last row that is shorter.
  if (to === "down" && Math.floor(index / columns) < Math.floor((count - 1) / columns)) return count - 1;
  return index;
}
