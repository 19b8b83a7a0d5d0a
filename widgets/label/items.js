import { stillMatches } from "./filters.js";

/** @import { Answer, Sheet } from "../shared/messages.js" */
/** @import { LabelPanel } from "./state.js" */
/** @import { Sample } from "./messages.js" */

/** So many samples are remembered before those are forgotten that a person cannot come to by a step. */
const MOST_ITEMS = 6000;

/** Which thumbnails to ask for: as sharp as this screen shows them. @param {LabelPanel} panel */
export function side(panel) {
  return Math.round(panel.state.size * Math.min(window.devicePixelRatio, 2));
}

/** Keep samples, and their thumbnails as they come. @param {LabelPanel} panel @param {Sample[]} items @param {Answer<{sheet: Sheet | null}>} answer */
export function takeItems(panel, items, answer) {
  for (const item of items) {
    const known = panel.items.get(item.id);
    // Who is asked for a second opinion must not see the first.
    if (known?.second && panel.state.focus?.queue) continue;
    // What waits to be sent is newer than what the kernel knows.
    panel.items.set(
      item.id,
      known && panel.outbox?.concerns(item.id) ? { ...item, label: known.label, skipped: known.skipped } : item,
    );
  }
  const { sheet } = answer.value;
  if (!sheet) return;
  panel.thumbnails.add(sheet, answer.buffers[0]).catch((error) => panel.notifyError(error));
  if (sheet.left.length > 0 && !panel.state.focus) fetchSheet(panel, sheet.left);
}

/** @param {LabelPanel} panel @param {number[]} ids */
async function fetchSheet(panel, ids) {
  try {
    const answer = await panel.link.call("sheet", { ids, side: side(panel) });
    if (panel.state.ids.includes(ids[0])) takeItems(panel, [], answer);
  } catch (error) {
    panel.notifyError(error);
  }
}

/** Keep only the samples that are shown, ahead or behind in the focus view, selected or waited for. @param {LabelPanel} panel */
export function forgetItems(panel) {
  if (panel.items.size < MOST_ITEMS) return;
  const { ids, focus, selection } = panel.state;
  const kept = new Set([...ids, ...(focus?.ids ?? []), ...selection.ids]);
  for (const id of panel.items.keys()) if (!kept.has(id) && !panel.outbox?.concerns(id)) panel.items.delete(id);
}

/** How many of some listed samples are in the filter now. @param {LabelPanel} panel @param {readonly number[]} ids */
export function stillThere(panel, ids) {
  const { where } = panel.state;
  return ids.filter((id) => {
    const item = panel.items.get(id);
    return !item || stillMatches(item, where);
  }).length;
}
