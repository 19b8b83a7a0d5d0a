import { message } from "../shared/polling.js";
import { loadImages } from "./images.js";

/** @import { Answer } from "../shared/messages.js" */
/** @import { Groups } from "./messages.js" */
/** @import { ExplorePanel } from "./state.js" */

const EVERY_MS = 700;

/** Ask what is known of near duplicates and groups, and follow a search that goes on. @param {ExplorePanel} panel */
export async function loadGroups(panel) {
  await ask(panel, () => panel.call("groups", {}));
}

/** Begin to look for near duplicates, or stop that. @param {ExplorePanel} panel @param {boolean} [stop] */
export async function findGroups(panel, stop = false) {
  panel.set({ mended: "" });
  await ask(panel, () => panel.call("find_groups", { stop }));
}

/** Let pairs belong together from another match on. @param {ExplorePanel} panel @param {number} threshold */
export async function moveThreshold(panel, threshold) {
  panel.set({ mended: "" });
  await ask(panel, () => panel.call("move_threshold", { threshold }));
}

/** Bring groups into one split each, all of them without ids. @param {ExplorePanel} panel @param {number[] | null} groups */
export async function mendGroups(panel, groups) {
  panel.set({ mending: true });
  try {
    const { value } = await panel.call("mend_groups", { groups });
    panel.set({ mended: value.said });
    await loadGroups(panel);
  } catch (error) {
    panel.set({ problem: message(error) });
  }
  panel.set({ mending: false });
}

/** @param {ExplorePanel} panel @param {() => Promise<Answer<Groups>>} first */
async function ask(panel, first) {
  const follows = panel.state.groups?.running ?? false;
  try {
    let { value, buffers } = await first();
    for (;;) {
      const pictures = await loadImages(buffers, value);
      for (const shown of panel.state.groupPictures) URL.revokeObjectURL(shown.url);
      panel.set({ groups: value, groupPictures: pictures, problem: value.problem || panel.state.problem });
      if (!value.running || follows || panel.signal.aborted) return;
      await new Promise((done) => setTimeout(done, EVERY_MS));
      ({ value, buffers } = await panel.call("groups", {}));
    }
  } catch (error) {
    panel.set({ problem: message(error) });
  }
}
