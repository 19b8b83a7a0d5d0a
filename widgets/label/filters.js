/** @import { Where } from "./messages.js" */

/** The filter that leaves everything. @type {Where} */
export const EVERYTHING = { state: "all", label: null, split: null, annotator: null, search: "" };

/** Whether the counts of a theme tell how many match: names, annotators, answers and single samples are not in them. @param {Where} where */
export function countable(where) {
  const { search, annotator, ids, answered, match = "any", predicted = null, lowest = null, highest = null } = where;
  return (
    !search &&
    annotator === null &&
    !ids &&
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
    answered,
    match,
    predicted,
    lowest,
    highest,
  };
}
