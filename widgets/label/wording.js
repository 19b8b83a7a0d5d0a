/** @import { Desk } from "./desk.js" */
/** @import { Item } from "./types.js" */

/** Where the labels of a theme of boxes are given. */
export const ON_BOXES = "Its labels are on boxes: draw them in notebooks/01_label_boxes.ipynb.";

/** A decision in words: never by color alone. @param {Desk} desk @param {Pick<Item, "label" | "skipped">} item */
export function decisionName(desk, item) {
  if (item.label !== null) return desk.label(item.label)?.name ?? "deleted label";
  return item.skipped ? "skipped" : "unlabeled";
}
