/** @import { LabelPanel } from "./state.js" */

/** A pause longer than this ends the working time that the rate is counted over. */
const PAUSE_S = 60;
/** A pause longer than this begins a new sitting. */
const BREAK_S = 30 * 60;
/** The rate looks back over this much working time. */
const WINDOW_S = 10 * 60;

/**
 * One sitting of one person on one theme: how many images, and at what pace. Plain data, so that it can be kept across a reload.
 *
 * @typedef {object} Sitting
 * @property {number} images
 * @property {number} last When the last decision was made, in seconds; 0 before the first.
 * @property {number} worked Seconds of work in the window.
 * @property {number} done Decisions in the window.
 */

/** @returns {Sitting} */
export function newSitting() {
  return { images: 0, last: 0, worked: 0, done: 0 };
}

/**
 * The sitting after some images were decided at a time in seconds; a bulk edit counts as images, not as pace.
 * @param {Sitting} sitting @param {number} now @param {number} [images] @returns {Sitting}
 */
export function decided(sitting, now, images = 1) {
  const gap = now - sitting.last;
  const begun = sitting.last > 0 && gap < BREAK_S ? sitting : newSitting();
  const next = { ...begun, images: begun.images + images, last: now };
  if (begun.last === 0 || images !== 1) return next;
  const worked = begun.worked + Math.min(gap, PAUSE_S);
  // Older work fades, so that the pace is that of the last minutes.
  const fade = worked > WINDOW_S ? WINDOW_S / worked : 1;
  return { ...next, worked: worked * fade, done: (begun.done + 1) * fade };
}

/**
 * The sitting after a decision, or an edit of several images, was undone or not taken.
 * @param {Sitting} sitting @param {number} [images] @returns {Sitting}
 */
export function undone(sitting, images = 1) {
  const done = images === 1 ? Math.max(0, sitting.done - 1) : sitting.done;
  return { ...sitting, images: Math.max(0, sitting.images - images), done };
}

/** Go on with what the annotator did on the theme that is open. @param {LabelPanel} panel */
export function openSitting(panel) {
  panel.state.sitting = panel.recall(nameOf(panel), newSitting());
}

/** Work under another name from now on. @param {LabelPanel} panel @param {string} text The name; empty for the one that the notebook gives. @returns {string} */
export function setAnnotator(panel, text) {
  const name = text.trim() || panel.model.get("config").annotator;
  panel.remember("annotator", name);
  panel.edits = [];
  panel.set({ annotator: name });
  openSitting(panel);
  return name;
}

/** Show a sitting, and keep it across a reload. @param {LabelPanel} panel @param {Sitting} sitting */
export function keepSitting(panel, sitting) {
  panel.state.sitting = sitting;
  panel.remember(nameOf(panel), sitting);
}

/** @param {LabelPanel} panel */
function nameOf({ state }) {
  return `${state.theme?.id}/${state.theme?.born}/sitting/${state.annotator}`;
}

/** Images an hour, or null before there is enough to tell. @param {Sitting} sitting */
export function pace(sitting) {
  return sitting.done >= 5 && sitting.worked > 0 ? (3600 * sitting.done) / sitting.worked : null;
}

/** Seconds until `left` images are done at this pace, or null. @param {Sitting} sitting @param {number} left */
export function timeLeft(sitting, left) {
  const rate = pace(sitting);
  return rate === null || left <= 0 ? null : (3600 * left) / rate;
}
