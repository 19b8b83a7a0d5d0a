import { thisTab } from "../shared/preferences.js";
import { EVERYTHING } from "./filters.js";
import { stillThere } from "./items.js";

/** @import { LabelPanel } from "./state.js" */
/** @import { Where } from "./messages.js" */

/**
 * Where a person is, kept in the browser: after a reload, on the next day, with another kernel, the panel begins there.
 *
 * @typedef {{born: string, where: Where, offset: number, sample: number | null, large: boolean}} Place In one theme: the filter, the first image of the page, the image, and whether it is shown large.
 * @typedef {{theme: number, born: string}} LastTheme
 */

const KEEP_MS = 1000;

/** Keep where the person is, a moment after each step and when the page or the panel goes. @param {LabelPanel} panel */
export function keepPlace(panel) {
  const keep = () => keepNow(panel);
  const timer = setInterval(keep, KEEP_MS);
  window.addEventListener("pagehide", keep, { signal: panel.signal });
  panel.signal.addEventListener("abort", () => {
    clearInterval(timer);
    keep();
  });
}

/** @param {LabelPanel} panel */
function keepNow(panel) {
  const { theme, view, loading, where, focus } = panel.state;
  if (loading || (view !== "home" && (!theme || where.ids || focus?.queue))) return;
  const last = view === "home" || !theme ? null : { theme: theme.id, born: theme.born };
  const said = JSON.stringify([last, last && placeOf(panel)]);
  if (said === panel.keptPlace) return;
  panel.keptPlace = said;
  panel.remember(lastName(panel), last);
  if (last) panel.remember(placeName(panel, last.theme), placeOf(panel));
}

/** @param {LabelPanel} panel @returns {Place} */
function placeOf(panel) {
  const { theme, view, where, ids, cursor, focus } = panel.state;
  const sample = (view === "focus" ? focus?.ids[focus.index] : ids[cursor]) ?? null;
  return { born: theme?.born ?? "", where, offset: pageOf(panel), sample, large: view === "focus" };
}

/** The offset of the page on which the image that is looked at lies, as far as this browser knows. @param {LabelPanel} panel */
export function pageOf(panel) {
  const { offset, ids, focus } = panel.state;
  const first = focus?.ids.indexOf(ids[0]) ?? -1;
  if (!focus || first < 0) return offset;
  const steps = stillThere(panel, focus.ids.slice(first, focus.index));
  return pageFrom(panel, offset + steps);
}

/** The offset of the page on which so many images come before one. @param {LabelPanel} panel @param {number} before */
function pageFrom({ state: { pageSize } }, before) {
  return Math.floor(before / pageSize) * pageSize;
}

/** Where a person was in a theme that is opened; null where that is not known. @param {LabelPanel} panel @param {number} theme @returns {Place | null} */
export function placeIn(panel, theme) {
  return panel.recall(placeName(panel, theme), null);
}

/**
 * Where a person was who comes with another browser, or to a server at another address: behind what they decided last. Null for
 * who has decided nothing yet, or is still asked for a name.
 * @param {LabelPanel} panel @param {number | null} theme Null means any. @returns {Promise<(Place & {theme: number}) | null>}
 */
export async function placeInStore(panel, theme) {
  const { dialog, annotator } = panel.state;
  if (panel.gallery || dialog?.name === "name") return null;
  try {
    const { value } = await panel.link.call("last place", { theme, annotator });
    return value && { ...value, offset: pageFrom(panel, value.offset), where: EVERYTHING, large: false };
  } catch {
    // One begins at the first image then.
    return null;
  }
}

/** Whether the person went to the list of themes last. @param {LabelPanel} panel */
export function left(panel) {
  return panel.recall(lastName(panel), undefined) === null;
}

/**
 * Under which name it is kept in which theme a person was. A notebook that names a theme opens that one; only what is loaded
 * once more, without the cell being run, goes back to another.
 * @param {LabelPanel} panel
 */
export function lastName(panel) {
  const { theme, panel: id } = panel.model.get("config");
  if (theme === null) return "last theme";
  return `last theme/${panel.model.get("door") ? thisTab() : id}`;
}

/** Under which name it is kept where a person was in a theme. @param {LabelPanel} panel @param {number} theme */
export function placeName(panel, theme) {
  return `${theme}/place${panel.gallery ? "/gallery" : ""}`;
}
