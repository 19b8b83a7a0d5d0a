import { refreshCounts, reload } from "./browsing.js";
import { countable } from "./where.js";

/** @import { Desk } from "./desk.js" */
/** @import { Change, Label } from "./types.js" */

const REMEMBERED = 5000;

/**
 * Take over what was committed since the last answer, by this view or anybody else.
 * @param {Desk} desk
 * @param {{since: number, newest: number, whole: boolean, changes: Change[] & {id: number}[], labels?: Label[]}} news
 */
export function apply(desk, news) {
  const { mark, state } = desk;
  if (news.labels && JSON.stringify(news.labels) !== JSON.stringify(state.labels)) desk.set({ labels: news.labels });
  if (!news.whole) {
    mark.since = news.since;
    mark.newest = news.newest;
    refreshCounts(desk);
    if (state.view !== "focus") reload(desk, { quiet: true });
    return;
  }
  const fresh = news.changes.filter((change) => !mark.seen.has(/** @type {any} */ (change).id));
  for (const change of fresh) {
    mark.seen.add(/** @type {any} */ (change).id);
    const item = desk.items.get(change.sample);
    if (!item || item.second || desk.outbox?.concerns(change.sample)) continue;
    const decided = change.after.label !== null || change.after.skipped;
    desk.items.set(change.sample, {
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
      if (state.where.annotator !== null) refreshCounts(desk);
    }
    const names = new Set([...state.annotators, ...fresh.map((change) => change.annotator)]);
    if (names.size > state.annotators.length) state.annotators = [...names].sort();
    desk.changedBeside();
  }
}

/** Ask what others did, unless an answer is due anyway or nobody looks. @param {Desk} desk */
export function poll(desk) {
  const { state, link } = desk;
  if (state.health === "busy") desk.changed();
  if (!state.theme || state.view === "home" || document.hidden || link.flight || state.health === "lost") return;
  link
    .call("changes", { theme: state.theme.id, since: desk.mark.since, newest: desk.mark.newest })
    .then(({ value }) => {
      apply(desk, value);
      desk.answered();
    })
    .catch(() => {
      // The status line tells about the connection; the next poll asks again.
    });
}
