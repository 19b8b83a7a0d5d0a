import { refreshCounts, reload } from "./browsing.js";
import { countable } from "./filters.js";

/** @import { LabelPanel } from "./state.js" */
/** @import { Label } from "../shared/messages.js" */
/** @import { Change } from "./messages.js" */

const REMEMBERED = 5000;

/**
 * Apply what was committed since the last answer, by this view or anybody else.
 * @param {LabelPanel} panel
 * @param {{since: number, newest: number, whole: boolean, changes: Change[] & {id: number}[], labels?: Label[]}} news
 */
export function apply(panel, news) {
  const { feed, state } = panel;
  if (news.labels && JSON.stringify(news.labels) !== JSON.stringify(state.labels)) panel.set({ labels: news.labels });
  if (!news.whole) {
    feed.since = news.since;
    feed.newest = news.newest;
    refreshCounts(panel);
    if (state.view !== "focus") reload(panel, { quiet: true });
    return;
  }
  const fresh = news.changes.filter((change) => !feed.seen.has(/** @type {any} */ (change).id));
  for (const change of fresh) {
    feed.seen.add(/** @type {any} */ (change).id);
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
  if (feed.seen.size > REMEMBERED) feed.seen = new Set([...feed.seen].slice(-REMEMBERED / 2));
  feed.since = news.since;
  feed.newest = news.newest;
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
  if (!state.theme || state.view === "home" || document.hidden || link.inFlight || state.health === "lost") return;
  link
    .call("changes", { theme: state.theme.id, since: panel.feed.since, newest: panel.feed.newest })
    .then(({ value }) => {
      apply(panel, value);
      panel.answered();
    })
    .catch(() => {
      // The status line shows the state of the connection; the next poll asks once more.
    });
}
