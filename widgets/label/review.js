import { plural, share } from "../shared/format.js";
import { acceptMany, decisionOf, same } from "./edits.js";

/** @import { LabelPanel } from "./state.js" */
/** @import { AnswerRow, Decision, Sample, Sort, Where } from "./messages.js" */

/** @type {[Sort, string][]} */
export const CERTAINTY = [
  ["score", "least certain first"],
  ["-score", "most certain first"],
];

/** @type {[NonNullable<Where["match"]>, string][]} */
export const AGREEMENTS = [
  ["open", "not labeled"],
  ["differs", "differs from label"],
  ["agrees", "agrees with label"],
];

/** Ranges of the score: name, lowest, highest. @type {[string, number, number][]} */
export const RANGES = [
  ["below 50 %", 0, 0.5],
  ["50 to 90 %", 0.5, 0.9],
  ["90 to 99 %", 0.9, 0.99],
  ["99 % and above", 0.99, 1],
];

/** The keys that the help shows beside the others. @type {[string, string, string][]} */
export const REVIEW_HELP = [
  ["Predictions", "Ctrl+Enter or A", "accept the prediction of the image, or of everything selected"],
  [
    "Predictions",
    "Ctrl+Shift+Enter or Shift+A",
    "accept the predictions of the page for all images that nobody has decided about",
  ],
];

/** What a predicted label would be as a decision, null when the model has none for this image. @param {LabelPanel} panel @param {Sample | undefined} item @returns {Decision | null} */
export function predicted(panel, item) {
  const label = item?.answer?.label;
  return label === undefined || label === null || !panel.label(label) ? null : { label, skipped: false };
}

/** A prediction in words. @param {LabelPanel} panel @param {Sample} item */
export function answerWords(panel, item) {
  if (!item.answer) return "";
  const name =
    item.answer.label === null
      ? "a label that is gone"
      : (panel.label(item.answer.label)?.name ?? "a label that is gone");
  return `predicted ${name}, ${share(item.answer.score)}`;
}

/** Count samples by answer. @param {AnswerRow[]} rows @param {(row: AnswerRow) => boolean} matches */
export function answered(rows, matches) {
  return rows.reduce((sum, row) => (matches(row) ? sum + row[2] : sum), 0);
}

/**
 * The samples whose predictions can be accepted, and what they then are. What has no prediction, has that label already or cannot be
 * shown is left out, and what the model is less sure of than `least`.
 * @param {LabelPanel} panel @param {Iterable<number>} ids @param {number} [least] A score.
 */
export function acceptable(panel, ids, least = 0) {
  /** @type {{item: Sample, to: Decision}[]} */
  const pairs = [];
  for (const id of ids) {
    const item = panel.items.get(id);
    const to = predicted(panel, item);
    if (!item || !to || same(decisionOf(item), to) || panel.thumbnails.get(id) === "broken") continue;
    if ((item.answer?.score ?? 0) >= least) pairs.push({ item, to });
  }
  return pairs;
}

/** The least certain of what would be accepted, null without any. @param {{item: Sample}[]} pairs */
export function leastCertain(pairs) {
  return pairs.reduce(
    (least, { item }) => (least === null ? item.answer?.score : Math.min(least, item.answer?.score ?? 0)) ?? 0,
    /** @type {number | null} */ (null),
  );
}

/**
 * Accept the predictions of some samples as one edit; an image that nobody can have seen yet refuses the whole of it.
 * @param {LabelPanel} panel @param {Iterable<number>} ids @param {(why: string) => void} refuse @param {number} [least]
 */
export function acceptAll(panel, ids, refuse, least = 0) {
  const pairs = acceptable(panel, ids, least);
  const unseen = pairs.filter(({ item }) => !panel.thumbnails.get(item.id));
  if (unseen.length > 0) refuse(`${plural(unseen.length, "image is", "images are")} not painted yet.`);
  else if (pairs.length === 0)
    panel.notify("There is no prediction here that is not the label already and whose image can be shown.");
  else acceptMany(panel, pairs);
}
