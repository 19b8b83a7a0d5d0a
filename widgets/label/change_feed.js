import { refreshCounts, reload } from "./browsing.js";
import { countable } from "./filters.js";

/** @import { LabelPanel } from "./state.js" */
/** @import { Change, Label } from "./messages.js" */

const REMEMBERED = 5000;

/**
 * Take over what was committed since the last answer, by this view or anybody else.
 * @param {LabelPanel} panel
 * @param {{since: number, newest: number, whole: boolean, changes: Change[] & {id: number}[], labels?: Label[]}} news
 */
export function apply(panel, news) {
  const { mark, state } = panel;
  if (news.labels && JSON.stringify(news.labels) !== JSON.stringify(state.labels)) panel.set({ labels: news.labels });
  if (!news.whole) {
    mark.since = news.since;
    mark.newest = news.newest;
    refreshCounts(panel);
    if (state.view !== "focus") reload(panel, { quiet: true });
    return;
  }
  const fresh = news.changes.filter((change) => !mark.seen.has(/** @type {any} */ (change).id));
  for (const change of fresh) {
    mark.seen.add(/** @type {any} */ (change).id);
    const item = panel.items.get(change.sample);
    if (!item || item.second || panel.outbox?.concerns(change.sample)) continue;
    const decided = change.after.label !== null || change.after.skipped;
    panel.items.set(change.sample, {
      ...item,
      ...change.after,
      annotator: decided ? change.annotator : null,
      at: decided ? change.at : null,
    });
  }
  if (mark.seen.size > REMEMBERED) mark.seen = new Set([...mark.seen].slice(-REMEMBERED / 2));
  mark.since = news.since;
  mark.newest = news.newest;
  if (fresh.length > 0) {
    state.counts = state.counts.after(fresh);
    // What is listed under a filter is in its scope; of what is not, only the kernel can tell.
    if (!countable(state.where) && state.scope) {
      const listed = new Set(state.focus?.ids ?? state.ids);
      state.scope = state.scope.after(fresh.filter((change) => listed.has(change.sample)));
      if (state.where.annotator !== null) refreshCounts(panel);
    }
    const names = new Set([...state.annotators, ...fresh.map((change) => change.annotator)]);
    if (names.size > state.annotators.length) state.annotators = [...names].sort();
    panel.changedBeside();
  }
}

/** Ask what others did, unless an answer is due anyway or nobody looks. @param {LabelPanel} panel */
export function poll(panel) {
  const { state, link } = panel;
  if (state.health === "busy") panel.changed();
  if (!state.theme || state.view === "home" || document.hidden || link.flight || state.health === "lost") return;
  link
    .call("changes", { theme: state.theme.id, since: panel.mark.since, newest: panel.mark.newest })
    .then(({ value }) => {
      apply(panel, value);
      panel.answered();
    })
    .catch(() => {
      // The status line tells about the connection; the next poll asks again.
    });
}
