import { Counts } from "./counts.js";
import { countable, EVERYTHING, uncountable } from "./filters.js";
import { forgetItems, side, stillThere, takeItems } from "./items.js";
import { lastName, left, placeIn, placeInStore, placeName } from "./place.js";
import { openSitting } from "./sitting.js";

/** @import { Answer, Sheet } from "../shared/messages.js" */
/** @import { LabelPanel } from "./state.js" */
/** @import { Opened, Page, Sample, Sort, Where } from "./messages.js" */
/** @import { LastTheme, Place } from "./place.js" */

/** Show the list of themes. @param {LabelPanel} panel */
export async function goHome(panel) {
  panel.set({ view: "home", themes: panel.state.themes, notice: null });
  try {
    const { value } = await panel.link.call("themes");
    showCovers(panel);
    panel.set({ themes: value });
  } catch (error) {
    panel.notifyError(error);
  }
}

/** Open the theme in which the person was, else the one that the notebook names, else the list of themes. @param {LabelPanel} panel */
export async function comeBack(panel) {
  const { theme, begin } = panel.model.get("config");
  /** @type {LastTheme | null} */
  const last = panel.gallery || panel.state.chosen ? null : panel.recall(lastName(panel), /** @type {any} */ (null));
  if (last && last.theme !== theme && (await openTheme(panel, last.theme, last.born))) return;
  const first = theme ?? (left(panel) ? null : begin) ?? null;
  if (first === null || !(await openTheme(panel, first))) await goHome(panel);
}

/** Go to where a person was who has just said a name in a browser that does not know it. @param {LabelPanel} panel */
export async function comeBackAs(panel) {
  const place = await placeInStore(panel, panel.model.get("config").theme);
  if (!place) return;
  if (place.theme !== panel.state.theme?.id) await openTheme(panel, place.theme);
  else if (panel.state.sort === "id") await load(panel, place.offset, { onto: place.sample ?? undefined });
}

/**
 * Open a theme where this browser last looked at it, and say whether it is open.
 * @param {LabelPanel} panel @param {number} theme @param {string} [born] When it was made; another theme of this number is not opened.
 * @returns {Promise<boolean>}
 */
export async function openTheme(panel, theme, born) {
  const { state } = panel;
  panel.thumbnails.clear();
  panel.images.clear();
  panel.items.clear();
  panel.edits = [];
  panel.stopSearching();
  const chosen = theme === panel.model.get("config").theme ? state.chosen : null;
  /** @type {Sort} */
  const sort = panel.recall(sortName(panel, theme), panel.gallery ? "score" : "id");
  const kept = chosen ? null : placeIn(panel, theme);
  const place = kept ?? (chosen || sort !== "id" ? null : await placeInStore(panel, theme));
  const where = {
    ...EVERYTHING,
    ...place?.where,
    ids: chosen?.ids ?? null,
    answered: onlyAnswered(panel, sort),
  };
  panel.set({ loading: true, where, sort, scope: null, selection: state.selection.none(), focus: null, team: null });
  try {
    const answer = await panel.link.call("open", {
      theme,
      where,
      sort,
      offset: place?.offset ?? 0,
      limit: state.pageSize,
      side: side(panel),
    });
    const { value } = answer;
    if (born && value.theme.born !== born) return false;
    if (kept && (kept.born !== value.theme.born || value.page.total === 0)) {
      // It was another theme, or nothing is left of what was looked at.
      panel.forget(placeName(panel, theme));
      return openTheme(panel, theme, born);
    }
    showTheme(panel, answer, place);
    return true;
  } catch (error) {
    panel.set({ loading: false });
    panel.notifyError(error);
    return false;
  }
}

/** @param {LabelPanel} panel @param {Answer<Opened>} answer @param {Place | null} place */
function showTheme(panel, answer, place) {
  const { state } = panel;
  const { value } = answer;
  panel.feed = { since: value.counts.since, newest: value.counts.newest, seen: new Set(value.counts.seen) };
  panel.review = value.review ?? null;
  panel.set({
    theme: value.theme,
    labels: value.labels,
    counts: new Counts(value.counts.rows),
    annotators: value.counts.annotators,
    answers: value.counts.answers ?? [],
    view: state.browse,
    fatal: null,
  });
  takePage(panel, answer, { onto: place?.sample ?? undefined });
  panel.openJournal(value.theme);
  openSitting(panel);
  panel.instructions.open(value.theme);
  if (!countable(state.where)) refreshCounts(panel);
  if (place?.large && state.ids[state.cursor] === place.sample) panel.run({ name: "open" });
}

/** Put a picture on each theme's card. @param {LabelPanel} panel */
async function showCovers(panel) {
  try {
    const answer = await panel.link.call("covers");
    panel.state.covers = new Map(answer.value.covers);
    takeItems(panel, [], answer);
    panel.changed();
  } catch {
    // The cards serve without pictures; the status line shows the state of the connection.
  }
}

/** Change what is shown: filter, order or page size; begins at the first page. @param {LabelPanel} panel @param {Partial<Where>} where @param {{sort?: Sort, pageSize?: number}} [how] */
export function applyFilter(panel, where, how = {}) {
  const { state } = panel;
  panel.stopSearching();
  const counted = JSON.stringify(uncountable(state.where));
  state.where = { ...state.where, ...where };
  if (how.sort) {
    state.sort = how.sort;
    if (state.theme) panel.remember(sortName(panel, state.theme.id), how.sort);
  }
  if (how.pageSize) {
    state.pageSize = how.pageSize;
    panel.remember("pageSize", how.pageSize);
  }
  state.where.answered = onlyAnswered(panel, state.sort);
  if (JSON.stringify(uncountable(state.where)) !== counted) state.scope = null;
  state.selection = state.selection.none();
  if (state.view === "focus") panel.set({ view: state.browse, focus: null });
  if (!countable(state.where) || panel.review) refreshCounts(panel);
  return load(panel, 0);
}

/** Show the samples that the notebook chose, or all. @param {LabelPanel} panel @param {boolean} only */
export function showChosen(panel, only) {
  return applyFilter(panel, { ...EVERYTHING, ids: only ? (panel.state.chosen?.ids ?? null) : null });
}

/** Show some samples alone, with a chip that says which. @param {LabelPanel} panel @param {number[]} ids @param {string} about */
export function showThese(panel, ids, about) {
  panel.set({ chosen: { ids, about } });
  panel.closeDialog();
  return showChosen(panel, true);
}

/** Whether only samples that a model has said something of are listed: in the gallery, and by its certainty. @param {LabelPanel} panel @param {Sort} sort */
function onlyAnswered(panel, sort) {
  return panel.gallery || sort === "score" || sort === "-score";
}

/** Under which name a browser keeps the order of a theme. @param {LabelPanel} panel @param {number} theme */
function sortName(panel, theme) {
  return `${theme}/sort${panel.gallery ? "/gallery" : ""}`;
}

/** From this size on the kernel indexes the order, also under a filter: the few that match lie as far apart as all. */
const LONG = 20_000;

/** Load the page that begins at an offset. @param {LabelPanel} panel @param {number} offset @param {{cursor?: number, samePage?: boolean, quiet?: boolean, onto?: number}} [how] `samePage`: it is the page that is shown. */
export async function load(panel, offset, how = {}) {
  const { state } = panel;
  const { theme } = state;
  if (!theme) return;
  panel.latestLoad += 1;
  const load = panel.latestLoad;
  const mine = () => load === panel.latestLoad && state.theme?.id === theme.id;
  if (!how.quiet) panel.set({ loading: true });
  try {
    const answer = await panel.link.call("browse", {
      theme: theme.id,
      where: state.where,
      sort: state.sort,
      offset: Math.max(0, offset),
      limit: state.pageSize,
      side: side(panel),
      known: how.quiet ? panel.thumbnails.known(state.ids) : [],
    });
    if (mine()) takePage(panel, answer, how);
  } catch (error) {
    if (mine()) panel.set({ loading: false });
    panel.notifyError(error);
  }
}

/** Load the page that is shown once more, because samples came, went or no longer match. @param {LabelPanel} panel @param {{quiet?: boolean}} [how] */
export async function reload(panel, how = {}) {
  // Another page is on its way: it is newer than what this one would show.
  if (panel.state.loading) return;
  await load(panel, panel.state.offset, { samePage: true, ...how });
}

/** @param {LabelPanel} panel @param {number} by @param {number} [cursor] Where the cursor stands on a page before this one. */
export function turnPage(panel, by, cursor = 0) {
  const { state } = panel;
  if (by < 0) {
    if (state.offset > 0) load(panel, state.offset + by * state.pageSize, { cursor });
  } else if (nextPage(panel) !== null) load(panel, nextPage(panel) ?? 0);
}

/**
 * Where the images begin that follow those of this page, null when there are none. What was decided here may have left the
 * filter since the page came: those behind it have moved up.
 * @param {LabelPanel} panel @returns {number | null}
 */
export function nextPage(panel) {
  const { state } = panel;
  // Until the first page of a new size is here, more images are shown than it will hold.
  const offset = state.offset + stillThere(panel, state.ids.slice(0, state.pageSize));
  return offset < panel.matchingNow() ? offset : null;
}

/** Reload the counts. @param {LabelPanel} panel */
export async function refreshCounts(panel) {
  const { state } = panel;
  const { theme } = state;
  if (!theme || panel.counting) return;
  panel.counting = true;
  const asked = state.where;
  const where = countable(asked) ? null : uncountable(asked);
  try {
    const { value } = await panel.link.call("counts", { theme: theme.id, where, review: asked });
    if (state.theme?.id !== theme.id) return;
    panel.feed = { since: value.since, newest: value.newest, seen: new Set([...panel.feed.seen, ...value.seen]) };
    const scope = value.matching ? new Counts(value.matching) : null;
    panel.set({ counts: new Counts(value.rows), annotators: value.annotators, answers: value.answers ?? [], scope });
  } catch (error) {
    panel.notifyError(error);
  } finally {
    panel.counting = false;
  }
  if (state.where !== asked && (!countable(state.where) || panel.review)) refreshCounts(panel);
}

/** @param {LabelPanel} panel @param {Answer<{page: Page, sheet: Sheet | null}>} answer @param {{cursor?: number, samePage?: boolean, onto?: number}} [how] */
function takePage(panel, answer, how = {}) {
  const { state } = panel;
  const { items, offset, total } = answer.value.page;
  const ids = items.map((/** @type {Sample} */ item) => item.id);
  takeItems(panel, items, answer);
  const onto = how.onto === undefined ? -1 : ids.indexOf(how.onto);
  const there = how.samePage
    ? stillAt(state.ids, state.cursor, ids)
    : Math.max(0, Math.min(how.cursor ?? 0, ids.length - 1));
  const selection = state.selection.matching === null ? state.selection : state.selection.everything(total);
  if (onto >= 0) panel.showCursor = true;
  panel.set({ ids, offset, total, loading: false, cursor: onto >= 0 ? onto : there, selection });
  forgetItems(panel);
  if (panel.countsNow().total() > LONG && total > state.pageSize) indexOrder(panel);
}

/**
 * Where the cursor stands when a page was reloaded: on the same image, or on the next that is still there. A key that is
 * pressed at that moment must not reach another image because those before it have left.
 * @param {readonly number[]} before @param {number} cursor @param {readonly number[]} now
 */
export function stillAt(before, cursor, now) {
  // Past the last image stands none, and stays none unless more have come behind it.
  if (cursor >= before.length && before.length > 0) {
    const last = now.indexOf(before[before.length - 1]);
    return last < 0 ? now.length : last + 1;
  }
  const next = before.slice(cursor).find((id) => now.includes(id));
  return next === undefined ? Math.max(0, Math.min(cursor, now.length - 1)) : now.indexOf(next);
}

/** Have the kernel index a long order while nobody waits for it, so that any of its pages opens at once. @param {LabelPanel} panel */
async function indexOrder(panel) {
  const { theme, where, sort } = panel.state;
  if (!theme) return;
  const params = { theme: theme.id, where, sort };
  const name = JSON.stringify(params);
  if (name === panel.indexed || panel.review) return;
  panel.indexed = name;
  try {
    while (
      name === panel.indexed &&
      !panel.signal.aborted &&
      !(await panel.link.call("learn order", params)).value.known
    ) {
      await new Promise((done) => setTimeout(done, 20));
    }
  } catch {
    // Pages are found without it too, only later.
    panel.indexed = "";
  }
}

const CROPS_MS = 700;

/** Open the theme of a theme's crops, once it is up to date. @param {LabelPanel} panel */
export async function openCrops(panel) {
  const { theme } = panel.state;
  if (!theme) return;
  try {
    let { value } = await panel.link.call("crops", { theme: theme.id, begin: true });
    while (value.making) {
      panel.notify(`The boxes of “${theme.name}” are being cut out …`);
      await new Promise((resolve) => setTimeout(resolve, CROPS_MS));
      // Whoever went elsewhere is not taken away from there.
      if (panel.state.theme?.id !== theme.id || panel.signal.aborted) return;
      ({ value } = await panel.link.call("crops", { theme: theme.id }));
    }
    if (value.theme === null) panel.notify(value.trouble);
    else if (await openTheme(panel, value.theme)) panel.set({ notice: null });
  } catch (error) {
    panel.notifyError(error);
  }
}
