import { load, reload } from "./browsing.js";
import { forgetItems, side, takeItems } from "./items.js";
import { pageOf } from "./place.js";
import { present } from "./presenting.js";

/** @import { LabelPanel, Focus } from "./state.js" */
/** @import { Sample } from "./messages.js" */

const CHUNK = 300;
const MARGIN = 400;
/** So many thumbnails for the strip are asked for at once, when fewer than half of them are there ahead. */
const STRIP_THUMBNAILS = 48;
/** So many images behind the present one are remembered for going back. */
const BEHIND = 2000;

/** Show one image of the page large. @param {LabelPanel} panel @param {number} index */
export function openFocus(panel, index) {
  const { state } = panel;
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
    pendingSteps: 0,
  };
  panel.set({ view: "focus", focus, notice: null, selection: state.selection.left() });
  showCurrent(panel);
}

/** Return to the grid or table, onto the image that was shown. @param {LabelPanel} panel */
export function closeFocus(panel) {
  const { state } = panel;
  const id = state.focus?.ids[state.focus.index];
  const index = id === undefined ? -1 : state.ids.indexOf(id);
  panel.typing.close();
  const offset = pageOf(panel);
  panel.set({ view: state.browse, focus: null });
  panel.images.clear();
  panel.showCursor = true;
  if (index >= 0) {
    state.cursor = index;
    reload(panel, { quiet: true });
  } else {
    load(panel, offset, { onto: id });
  }
}

/** Move by so many images. @param {LabelPanel} panel @param {number} by @returns {boolean} Whether there was somewhere to go. */
export function step(panel, by) {
  const { focus } = panel.state;
  if (!focus) return false;
  const index = Math.max(0, Math.min(focus.ids.length - 1, focus.index + by));
  if (index === focus.index) {
    // What lies beyond is on its way: go there when it has come.
    if (by > 0 && !focus.end) focus.pendingSteps += by;
    extend(panel, by < 0);
    return false;
  }
  focus.index = index;
  focus.viewport = null;
  showCurrent(panel);
  return true;
}

/** Go on after a decision. @param {LabelPanel} panel @param {string} color What the frame flashes in. */
export function advance(panel, color) {
  const { focus } = panel.state;
  if (!focus) return;
  focus.flash = color;
  if (!step(panel, 1) && focus.end) {
    // Past the end stands no image, so that one key more does not label the last one twice.
    focus.index = focus.ids.length;
    present(panel);
    panel.changedBeside();
  }
}

/** Show a sample that is in the sequence, or put it there. @param {LabelPanel} panel @param {number} id */
export function showSample(panel, id) {
  const { focus } = panel.state;
  if (!focus) return;
  const index = focus.ids.indexOf(id);
  if (index < 0) {
    if (!panel.items.has(id)) return;
    focus.ids.splice(focus.index, 0, id);
  } else {
    focus.index = index;
  }
  focus.pendingSteps = 0;
  focus.flash = "";
  focus.viewport = null;
  showCurrent(panel);
}

/** Put the image that the focus view has come to on the page, and fetch what is near it. @param {LabelPanel} panel */
export function showCurrent(panel) {
  const { focus } = panel.state;
  if (!focus) return;
  if (focus.index > BEHIND + 500) {
    focus.ids = focus.ids.slice(focus.index - BEHIND);
    focus.index = BEHIND;
    focus.start = false;
  }
  panel.images.follow(focus.ids, focus.index);
  if (focus.ids.length - focus.index < MARGIN) extend(panel, false);
  else if (focus.index < 20) extend(panel, true);
  fetchThumbnails(panel, focus);
  present(panel);
  panel.changedBeside();
}

/** Fetch the strip's next thumbnails. @param {LabelPanel} panel @param {Focus} focus */
async function fetchThumbnails(panel, focus) {
  const missing = (/** @type {number} */ id) => !panel.thumbnails.get(id);
  if (
    focus.fetchingThumbnails ||
    !focus.ids.slice(Math.max(0, focus.index - 10), focus.index + STRIP_THUMBNAILS / 2).some(missing)
  )
    return;
  focus.fetchingThumbnails = true;
  try {
    const ids = focus.ids.slice(Math.max(0, focus.index - 10), focus.index + STRIP_THUMBNAILS).filter(missing);
    takeItems(panel, [], await panel.link.call("sheet", { ids, side: side(panel), brief: true }));
  } catch {
    // The next step asks once more; the status line shows the state of the connection.
  } finally {
    focus.fetchingThumbnails = false;
  }
}

/** Fetch what follows, or what comes before. @param {LabelPanel} panel @param {boolean} backwards */
async function extend(panel, backwards) {
  const { state } = panel;
  const { focus, theme } = state;
  if (focus?.queue) return backwards ? undefined : focus.refill?.();
  if (!focus || !theme || focus.loading || (backwards ? focus.start : focus.end)) return;
  const edge = panel.items.get(focus.ids[backwards ? 0 : focus.ids.length - 1]);
  if (!edge) return;
  focus.loading = true;
  try {
    const answer = await panel.link.call("along", {
      theme: theme.id,
      where: state.where,
      sort: focus.sort,
      cursor: [edge.cursor, edge.id],
      backwards,
      limit: CHUNK,
    });
    if (state.focus !== focus) return;
    join(focus, answer.value.items, backwards);
    takeItems(panel, answer.value.items, answer);
    forgetItems(panel);
    panel.images.follow(focus.ids, focus.index);
    fetchThumbnails(panel, focus);
  } catch (error) {
    // Nobody waits for it any more: the next step asks once more.
    focus.pendingSteps = 0;
    panel.notifyError(error);
  } finally {
    focus.loading = false;
    if (focus.pendingSteps > 0 && state.focus === focus) {
      const pendingSteps = focus.pendingSteps;
      focus.pendingSteps = 0;
      step(panel, pendingSteps);
    }
    panel.changedBeside();
  }
}

/** @param {Focus} focus @param {Sample[]} items @param {boolean} backwards */
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
