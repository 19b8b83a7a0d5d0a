/** @import { LabelPanel } from "./state.js" */
/** @import { Sample } from "./messages.js" */

/** Where the labels of a theme of boxes are given. */
export const ON_BOXES = "Its labels are on boxes: draw them in notebooks/01_label_boxes.ipynb.";

/** A decision in words: never by color alone. @param {LabelPanel} panel @param {Pick<Sample, "label" | "skipped">} item */
export function decisionName(panel, item) {
  if (item.label !== null) return panel.label(item.label)?.name ?? "deleted label";
  return item.skipped ? "skipped" : "unlabeled";
}
