import { hasAssist } from "./assist.js";

/** @import { LabelPanel } from "./state.js" */

/** @typedef {{labels: [number, number][], at: number}} Suggested The likeliest labels with their probabilities, and when they came. */

/** So many images ahead are asked about with the one that is looked at. */
const AHEAD = 12;
/** The model goes on learning: what it said is asked once more after a while. */
const FRESH_MS = 4000;
const MOST = 500;

/** The likeliest labels of an image, none where the model beside knows none. @param {LabelPanel} panel @param {number} id @returns {[number, number][]} */
export function suggestedFor(panel, id) {
  return panel.suggested.get(id)?.labels ?? [];
}

/** The label that Enter gives: the likeliest one of an image that nobody decided about. @param {LabelPanel} panel @param {number | undefined} id @returns {number | null} */
export function suggestedLabel(panel, id) {
  const item = id === undefined ? undefined : panel.items.get(id);
  if (!item || item.second || item.label !== null || item.skipped) return null;
  return suggestedFor(panel, item.id)[0]?.[0] ?? null;
}

/** Ask about the image that is shown large, and the next ones. @param {LabelPanel} panel */
export async function readSuggested(panel) {
  const { focus, theme, assist } = panel.state;
  if (!focus || !theme || panel.suggesting || !hasAssist(panel) || !assist.standing?.estimate) return;
  const old = Date.now() - FRESH_MS;
  const known = panel.suggested.get(focus.ids[focus.index]);
  if (known && known.at > old) return;
  const ids = focus.ids.slice(focus.index, focus.index + AHEAD);
  if (ids.length === 0) return;
  panel.suggesting = true;
  let more = false;
  try {
    const { value } = await panel.link.call("assist suggestions", { theme: theme.id, ids });
    if (panel.suggested.size > MOST) panel.suggested.clear();
    for (const id of ids) panel.suggested.set(id, { labels: value.suggestions[id] ?? [], at: Date.now() });
    panel.changedBeside();
    const now = panel.state.focus;
    // A person in full flow is further on by now.
    more = now !== null && now.index < now.ids.length && !panel.suggested.has(now.ids[now.index]);
  } catch {
    // Asked once more beside a later image.
  } finally {
    panel.suggesting = false;
  }
  if (more) readSuggested(panel);
}
