/** @import { Sample, Where } from "./messages.js" */

/** The filter that leaves everything. @type {Where} */
export const EVERYTHING = { state: "all", label: null, split: null, annotator: null, search: "" };

/** Whether the counts of a theme tell how many match: names, annotators, answers and single samples are not in them. @param {Where} where */
export function countable(where) {
  const {
    search,
    annotator,
    ids,
    unseen,
    answered,
    match = "any",
    predicted = null,
    lowest = null,
    highest = null,
  } = where;
  return (
    !search &&
    annotator === null &&
    !ids &&
    !unseen &&
    !answered &&
    match === "any" &&
    predicted === null &&
    lowest === null &&
    highest === null
  );
}

/**
 * Whether a sample that a filter has brought is still in it. Decisions take samples out of a filter; a name, a choice or a
 * model's answer stays what it is.
 * @param {Sample} sample @param {Where} where
 */
export function stillMatches({ label, skipped, split, annotator, answer }, where) {
  const decided = label !== null || skipped;
  if (where.state === "labeled" && label === null) return false;
  if (where.state === "unlabeled" && decided) return false;
  if (where.state === "skipped" && !skipped) return false;
  if (where.label !== null && label !== where.label) return false;
  if (where.split && (where.split === "none" ? split : split !== where.split)) return false;
  if (where.annotator !== null && annotator !== where.annotator) return false;
  if (where.match === "open") return !decided;
  if (where.match === "agrees") return label !== null && label === answer?.label;
  if (where.match === "differs") return label !== null && label !== answer?.label;
  return true;
}

/** The part of a filter that the kernel must count. @param {Where} where @returns {Where} */
export function uncountable({
  search,
  annotator,
  ids = null,
  unseen = false,
  answered = false,
  match = "any",
  predicted = null,
  lowest = null,
  highest = null,
}) {
  return {
    state: "all",
    label: null,
    split: null,
    annotator,
    search,
    ids,
    unseen,
    answered,
    match,
    predicted,
    lowest,
    highest,
  };
}
