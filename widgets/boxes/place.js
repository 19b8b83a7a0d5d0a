import { recall, remember, thisTab } from "../shared/preferences.js";

/** @import { BoxPanel } from "./state.js" */

/**
 * Which image a person looked at, kept in the browser: after a reload, on the next day, with another kernel, the panel begins
 * there. Behind a link, where a new page is a new kernel, also the theme that was chosen in this tab.
 *
 * @typedef {{born: string, sample: number}} Place
 */

/** Keep which theme and image are shown. @param {BoxPanel} panel */
export function keepPlace(panel) {
  const { theme, theme_id: id, born } = panel.get("heading");
  const sample = panel.get("sample");
  if (!theme || !sample) return;
  remember(panel.get("store_key"), placeName(id), { born, sample });
  if (panel.get("door")) remember(panel.get("store_key"), lastName(), theme);
}

/** Go to where the person was, if that is elsewhere. @param {BoxPanel} panel */
export async function comeBack(panel) {
  const last = panel.get("door") ? recall(panel.get("store_key"), lastName(), null) : null;
  try {
    if (last && last !== panel.get("heading").theme) await panel.link.call("open", { theme: last });
    const { theme_id: id, born } = panel.get("heading");
    /** @type {Place | null} */
    const place = recall(panel.get("store_key"), placeName(id), /** @type {any} */ (null));
    const sample = panel.get("sample");
    if (place && place.born === born && place.sample !== sample)
      await panel.link.call("show", { sample, wanted: place.sample });
  } catch {
    // It is gone: one begins where the kernel does.
  }
  panel.came = true;
  keepPlace(panel);
}

/** @param {number} theme */
function placeName(theme) {
  return `${theme}/box place`;
}

function lastName() {
  return `last box theme/${thisTab()}`;
}
