/** @import { Where } from "./messages.js" */

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
