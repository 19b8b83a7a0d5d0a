/** @import { Desk } from "./desk.js" */
/** @import { Item } from "./types.js" */

/** A decision in words: never by color alone. @param {Desk} desk @param {Pick<Item, "label" | "skipped">} item */
export function decisionName(desk, item) {
  if (item.label !== null) return desk.label(item.label)?.name ?? "deleted label";
  return item.skipped ? "skipped" : "unlabeled";
}
