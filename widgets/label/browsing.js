import { Counts } from "./counts.js";
import { countable, EVERYTHING, uncountable } from "./where.js";

/** @import { Answer } from "../shared/link.js" */
/** @import { Desk } from "./desk.js" */
/** @import { Item, Sort, Where } from "./types.js" */

/** Show the list of themes. @param {Desk} desk */
export async function goHome(desk) {
  desk.set({ view: "home", themes: desk.state.themes, dialog: null, notice: null });
  try {
    const { value } = await desk.link.call("themes");
    desk.set({ themes: value });
  } catch (error) {
    desk.complain(error);
  }
}

/** Open a theme at its first page, as this browser last looked at it. @param {Desk} desk @param {number} theme */
export async function openTheme(desk, theme) {
  const { state } = desk;
  desk.thumbs.clear();
  desk.pictures.clear();
  desk.items.clear();
  desk.acts = [];
  const chosen = theme === desk.model.get("config").theme ? state.chosen : null;
  /** @type {Sort} */
  const sort = desk.recall(sortName(desk, theme), desk.gallery ? "score" : "id");
  const where = { ...EVERYTHING, ids: chosen?.ids ?? null, answered: onlyAnswered(desk, sort) };
  desk.set({ loading: true, where, sort, scope: null, selection: state.selection.none(), focus: null, team: null });
  try {
    const answer = await desk.link.call("open", {
      theme,
      where,
      sort,
      offset: 0,
      limit: state.pageSize,
      side: side(desk),
    });
    const { value } = answer;
    desk.mark = { since: value.counts.since, newest: value.counts.newest, seen: new Set(value.counts.seen) };
    desk.review = value.review ?? null;
    desk.set({
      theme: value.theme,
      labels: value.labels,
      counts: new Counts(value.counts.rows),
      annotators: value.counts.annotators,
      answers: value.counts.answers ?? [],
      view: state.browse,
      fatal: null,
    });
    takePage(desk, answer);
    desk.openJournal(theme);
    if (!countable(where)) refreshCounts(desk);
  } catch (error) {
    desk.set({ loading: false });
    desk.complain(error);
  }
}

/** Change what is shown: filter, order or page size; begins at the first page again. @param {Desk} desk @param {Partial<Where>} where @param {{sort?: Sort, pageSize?: number}} [how] */
export function narrow(desk, where, how = {}) {
  const { state } = desk;
  const counted = JSON.stringify(uncountable(state.where));
  state.where = { ...state.where, ...where };
  if (how.sort) {
    state.sort = how.sort;
    if (state.theme) desk.remember(sortName(desk, state.theme.id), how.sort);
  }
  if (how.pageSize) {
    state.pageSize = how.pageSize;
    desk.remember("pageSize", how.pageSize);
  }
  state.where.answered = onlyAnswered(desk, state.sort);
  if (JSON.stringify(uncountable(state.where)) !== counted) state.scope = null;
  state.selection = state.selection.none();
  if (state.view === "focus") desk.set({ view: state.browse, focus: null });
  if (!countable(state.where) || desk.review) refreshCounts(desk);
  return load(desk, 0);
}

/** Show the samples that the notebook chose, or all again. @param {Desk} desk @param {boolean} only */
export function showChosen(desk, only) {
  return narrow(desk, { ...EVERYTHING, ids: only ? (desk.state.chosen?.ids ?? null) : null });
}

/** Whether only samples that a model has said something of are listed: in the gallery, and by its certainty. @param {Desk} desk @param {Sort} sort */
function onlyAnswered(desk, sort) {
  return desk.gallery || sort === "score" || sort === "-score";
}

/** Under which name a browser keeps the order of a theme. @param {Desk} desk @param {number} theme */
function sortName(desk, theme) {
  return `${theme}/sort${desk.gallery ? "/gallery" : ""}`;
}

/** In a theme of this size an order is worth being learned, also under a filter: few of many are as far apart as all. */
const LONG = 20_000;

/** Load the page that begins at an offset. @param {Desk} desk @param {number} offset @param {{cursor?: number, again?: boolean, quiet?: boolean, onto?: number}} [how] `again`: it is the page that is shown. */
export async function load(desk, offset, how = {}) {
  const { state } = desk;
  const { theme } = state;
  if (!theme) return;
  desk.latestLoad += 1;
  const load = desk.latestLoad;
  const mine = () => load === desk.latestLoad && state.theme?.id === theme.id;
  if (!how.quiet) desk.set({ loading: true });
  try {
    const answer = await desk.link.call("browse", {
      theme: theme.id,
      where: state.where,
      sort: state.sort,
      offset: Math.max(0, offset),
      limit: state.pageSize,
      side: side(desk),
      known: how.quiet ? desk.thumbs.known(state.ids) : [],
    });
    if (mine()) takePage(desk, answer, how);
  } catch (error) {
    if (mine()) desk.set({ loading: false });
    desk.complain(error);
  }
}

/** Load the page that is shown once more, because samples came, went or no longer match. @param {Desk} desk @param {{quiet?: boolean}} [how] */
export async function reload(desk, how = {}) {
  // Another page is on its way: it is read after what this one would show anew.
  if (desk.state.loading) return;
  await load(desk, desk.state.offset, { again: true, ...how });
}

/** @param {Desk} desk @param {number} by */
export function turnPage(desk, by) {
  const { state } = desk;
  const offset = state.offset + by * state.pageSize;
  if (offset < 0 || offset >= state.total) return;
  load(desk, offset);
}

/** Read the counts anew. @param {Desk} desk */
export async function refreshCounts(desk) {
  const { state } = desk;
  const { theme } = state;
  if (!theme || desk.counting) return;
  desk.counting = true;
  const asked = state.where;
  const where = countable(asked) ? null : uncountable(asked);
  try {
    const { value } = await desk.link.call("counts", { theme: theme.id, where, review: asked });
    if (state.theme?.id !== theme.id) return;
    desk.mark = { since: value.since, newest: value.newest, seen: new Set([...desk.mark.seen, ...value.seen]) };
    const scope = value.matching ? new Counts(value.matching) : null;
    desk.set({ counts: new Counts(value.rows), annotators: value.annotators, answers: value.answers ?? [], scope });
  } catch (error) {
    desk.complain(error);
  } finally {
    desk.counting = false;
  }
  if (state.where !== asked && (!countable(state.where) || desk.review)) refreshCounts(desk);
}

/** Which thumbnails to ask for: as sharp as this screen shows them. @param {Desk} desk */
export function side(desk) {
  return Math.round(desk.state.size * Math.min(window.devicePixelRatio, 2));
}

/** Keep samples, and their thumbnails as they come. @param {Desk} desk @param {Item[]} items @param {Answer} answer */
export function takeItems(desk, items, answer) {
  for (const item of items) {
    const known = desk.items.get(item.id);
    // Who is asked for a second opinion must not see the first.
    if (known?.second && desk.state.focus?.queue) continue;
    // What waits to be sent is newer than what the kernel knows.
    desk.items.set(
      item.id,
      known && desk.outbox?.concerns(item.id) ? { ...item, label: known.label, skipped: known.skipped } : item,
    );
  }
  const { sheet } = answer.value;
  if (!sheet) return;
  desk.thumbs.add(sheet, answer.buffers[0]).catch((error) => desk.complain(error));
  if (sheet.left.length > 0 && !desk.state.focus) fetchSheet(desk, sheet.left);
}

/** @param {Desk} desk @param {number[]} ids */
async function fetchSheet(desk, ids) {
  try {
    const answer = await desk.link.call("sheet", { ids, side: side(desk) });
    if (desk.state.ids.includes(ids[0])) takeItems(desk, [], answer);
  } catch (error) {
    desk.complain(error);
  }
}

/** @param {Desk} desk @param {Answer} answer @param {{cursor?: number, again?: boolean, onto?: number}} [how] */
function takePage(desk, answer, how = {}) {
  const { state } = desk;
  const { items, offset, total } = answer.value.page;
  const ids = items.map((/** @type {Item} */ item) => item.id);
  takeItems(desk, items, answer);
  const onto = how.onto === undefined ? -1 : ids.indexOf(how.onto);
  const there = how.again
    ? stillAt(state.ids, state.cursor, ids)
    : Math.max(0, Math.min(how.cursor ?? 0, ids.length - 1));
  const selection = state.selection.matching === null ? state.selection : state.selection.everything(total);
  if (onto >= 0) desk.showCursor = true;
  desk.set({ ids, offset, total, loading: false, cursor: onto >= 0 ? onto : there, selection });
  forgetItems(desk);
  if (desk.countsNow().total() > LONG && total > state.pageSize) survey(desk);
}

/**
 * Where the cursor stands when a page was read anew: on the same image, or on the next that is still there. A key that is
 * pressed meanwhile must not meet another image because those before it have left.
 * @param {readonly number[]} before @param {number} cursor @param {readonly number[]} now
 */
export function stillAt(before, cursor, now) {
  const next = before.slice(cursor).find((id) => now.includes(id));
  return next === undefined ? Math.max(0, Math.min(cursor, now.length - 1)) : now.indexOf(next);
}

/** Have the kernel learn a long order while nobody waits for it, so that any of its pages opens at once. @param {Desk} desk */
async function survey(desk) {
  const { theme, where, sort } = desk.state;
  const params = { theme: theme?.id, where, sort };
  const name = JSON.stringify(params);
  if (name === desk.surveyed || desk.review) return;
  desk.surveyed = name;
  try {
    while (name === desk.surveyed && !desk.signal.aborted && !(await desk.link.call("survey", params)).value.known) {
      await new Promise((done) => setTimeout(done, 20));
    }
  } catch {
    // Pages are found without it too, only later.
    desk.surveyed = "";
  }
}

/** So many samples are remembered before those are forgotten that a person cannot come to by a step. */
const MOST_ITEMS = 6000;

/** Keep only the samples that are shown, ahead or behind in the focus view, selected or waited for. @param {Desk} desk */
export function forgetItems(desk) {
  if (desk.items.size < MOST_ITEMS) return;
  const { ids, focus, selection } = desk.state;
  const kept = new Set([...ids, ...(focus?.ids ?? []), ...selection.ids]);
  for (const id of desk.items.keys()) if (!kept.has(id) && !desk.outbox?.concerns(id)) desk.items.delete(id);
}
