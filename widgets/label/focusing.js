import { forgetItems, load, reload, side, takeItems } from "./browsing.js";
import { present } from "./presenting.js";

/** @import { Desk, Focus } from "./desk.js" */
/** @import { Item } from "./types.js" */

const CHUNK = 300;
const MARGIN = 400;
/** So many thumbnails for the strip are asked for at once, when fewer than half of them are there ahead. */
const THUMBS = 48;
/** So many images behind the present one are remembered for going back. */
const BEHIND = 2000;

/** Show one image of the page large. @param {Desk} desk @param {number} index */
export function openFocus(desk, index) {
  const { state } = desk;
  if (state.ids.length === 0) return;
  const at = Math.max(0, Math.min(index, state.ids.length - 1));
  /** @type {Focus} */
  const focus = {
    ids: [...state.ids],
    index: at,
    start: state.offset === 0,
    end: state.offset + state.ids.length >= state.total,
    loading: false,
    sort: state.sort,
    viewport: null,
    flash: "",
    owed: 0,
  };
  desk.set({ view: "focus", focus, notice: null, selection: state.selection.left() });
  arrive(desk);
}

/** Return to the grid or table, onto the image that was shown. @param {Desk} desk */
export function closeFocus(desk) {
  const { state } = desk;
  const id = state.focus?.ids[state.focus.index];
  const index = id === undefined ? -1 : state.ids.indexOf(id);
  desk.typing.close();
  const first = state.focus?.ids.indexOf(state.ids[0]) ?? -1;
  const walked = first >= 0 && state.focus ? state.focus.index - first : 0;
  desk.set({ view: state.browse, focus: null });
  desk.pictures.clear();
  desk.showCursor = true;
  if (index >= 0) {
    state.cursor = index;
    reload(desk, { quiet: true });
  } else {
    // The image lies on another page: the one that holds it when nothing has left the filter.
    const offset = Math.floor((state.offset + walked) / state.pageSize) * state.pageSize;
    load(desk, offset, { onto: id });
  }
}

/** Move by so many images. @param {Desk} desk @param {number} by @returns {boolean} Whether there was somewhere to go. */
export function step(desk, by) {
  const { focus } = desk.state;
  if (!focus) return false;
  const index = Math.max(0, Math.min(focus.ids.length - 1, focus.index + by));
  if (index === focus.index) {
    // What lies beyond is on its way: go there when it has come.
    if (by > 0 && !focus.end) focus.owed += by;
    extend(desk, by < 0);
    return false;
  }
  focus.index = index;
  focus.viewport = null;
  arrive(desk);
  return true;
}

/** Go on after a decision. @param {Desk} desk @param {string} color What the frame flashes in. */
export function advance(desk, color) {
  const { focus } = desk.state;
  if (!focus) return;
  focus.flash = color;
  if (!step(desk, 1) && focus.end) {
    // Past the end stands no image, so that one key more does not label the last one again.
    focus.index = focus.ids.length;
    present(desk);
    desk.changedBeside();
  }
}

/** Show a sample that is in the sequence, or put it there. @param {Desk} desk @param {number} id */
export function showSample(desk, id) {
  const { focus } = desk.state;
  if (!focus) return;
  const index = focus.ids.indexOf(id);
  if (index < 0) {
    if (!desk.items.has(id)) return;
    focus.ids.splice(focus.index, 0, id);
  } else {
    focus.index = index;
  }
  focus.owed = 0;
  focus.flash = "";
  focus.viewport = null;
  arrive(desk);
}

/** Put the image that the focus view has come to on the page, and fetch what is near it. @param {Desk} desk */
export function arrive(desk) {
  const { focus } = desk.state;
  if (!focus) return;
  if (focus.index > BEHIND + 500) {
    focus.ids = focus.ids.slice(focus.index - BEHIND);
    focus.index = BEHIND;
    focus.start = false;
  }
  desk.pictures.follow(focus.ids, focus.index);
  if (focus.ids.length - focus.index < MARGIN) extend(desk, false);
  else if (focus.index < 20) extend(desk, true);
  fetchThumbs(desk, focus);
  present(desk);
  desk.changedBeside();
}

/** Fetch the strip's next thumbnails. @param {Desk} desk @param {Focus} focus */
async function fetchThumbs(desk, focus) {
  const missing = (/** @type {number} */ id) => !desk.thumbs.get(id);
  if (focus.thumbing || !focus.ids.slice(Math.max(0, focus.index - 10), focus.index + THUMBS / 2).some(missing)) return;
  focus.thumbing = true;
  try {
    const ids = focus.ids.slice(Math.max(0, focus.index - 10), focus.index + THUMBS).filter(missing);
    takeItems(desk, [], await desk.link.call("sheet", { ids, side: side(desk), brief: true }));
  } catch {
    // Asked for again with the next step; the status line tells about the connection.
  } finally {
    focus.thumbing = false;
  }
}

/** Fetch what follows, or what comes before. @param {Desk} desk @param {boolean} backwards */
async function extend(desk, backwards) {
  const { state } = desk;
  const { focus, theme } = state;
  if (focus?.queue) return backwards ? undefined : focus.refill?.();
  if (!focus || !theme || focus.loading || (backwards ? focus.start : focus.end)) return;
  const edge = desk.items.get(focus.ids[backwards ? 0 : focus.ids.length - 1]);
  if (!edge) return;
  focus.loading = true;
  try {
    const answer = await desk.link.call("along", {
      theme: theme.id,
      where: state.where,
      sort: focus.sort,
      cursor: [edge.cursor, edge.id],
      backwards,
      limit: CHUNK,
    });
    if (state.focus !== focus) return;
    join(focus, answer.value.items, backwards);
    takeItems(desk, answer.value.items, answer);
    forgetItems(desk);
    desk.pictures.follow(focus.ids, focus.index);
    fetchThumbs(desk, focus);
  } catch (error) {
    // Nobody waits for it any more: the next step asks again.
    focus.owed = 0;
    desk.complain(error);
  } finally {
    focus.loading = false;
    if (focus.owed > 0 && state.focus === focus) {
      const owed = focus.owed;
      focus.owed = 0;
      step(desk, owed);
    }
    desk.changedBeside();
  }
}

/** @param {Focus} focus @param {Item[]} items @param {boolean} backwards */
function join(focus, items, backwards) {
  const known = new Set(focus.ids);
  const ids = items.map((item) => item.id).filter((id) => !known.has(id));
  if (items.length < CHUNK) focus[backwards ? "start" : "end"] = true;
  if (backwards) {
    focus.ids = [...ids, ...focus.ids];
    focus.index += ids.length;
  } else {
    focus.ids = [...focus.ids, ...ids];
  }
}
