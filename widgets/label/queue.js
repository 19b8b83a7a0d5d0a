import { reload } from "./browsing.js";
import { decide, recordOpinion } from "./edits.js";
import { step } from "./focus.js";
import { side, takeItems } from "./items.js";

/** @import { LabelPanel, Focus } from "./state.js" */
/** @import { Decision, Sample } from "./messages.js" */

/**
 * Work that several annotators share, one image at a time in the focus view: "mine" are samples that nobody else is
 * assigned, some of them for a second opinion, unseen; "review" are those on which opinions differ.
 *
 * "useful" are those whose label would teach the model beside the most, "asked" those that one more answer would tell
 * most about.
 *
 * @typedef {"mine" | "review" | "useful" | "asked"} Kind
 */

/** Few are handed out ahead, so that others get the rest; what teaches the most is taken from many. @type {Record<Kind, number>} */
const AHEAD = { mine: 6, review: 6, useful: 14, asked: 6 };
/** So many of the last images are named when more of the most useful are asked for: what was decided before is learned. */
const NAMED = 200;
/** @type {Record<Kind, "assign samples" | "disagreements" | "assist useful" | "assign asked">} */
const METHODS = { mine: "assign samples", review: "disagreements", useful: "assist useful", asked: "assign asked" };
/** So many are handed out at once: few, so that the last images of a theme are shared too. */
const BUNDLE = 10;
const RETRY_MS = 5000;

/** Begin to work through a queue, or leave the one that is open. @param {LabelPanel} panel @param {Kind} kind @param {number[]} [asked] The images of "asked". */
export async function toggleQueue(panel, kind, asked = /** @type {number[]} */ ([])) {
  const open = panel.state.focus?.queue;
  if (open) closeQueue(panel);
  if (open === kind || !panel.state.theme) return;
  /** @type {Focus} */
  const focus = {
    ids: [],
    index: 0,
    start: true,
    end: false,
    loading: false,
    sort: "id",
    viewport: null,
    flash: "",
    pendingSteps: 0,
    queue: kind,
    asked,
    refill: () => void refill(panel),
  };
  panel.set({ view: "focus", focus, notice: null });
  const timer = setInterval(() => {
    if (panel.state.focus !== focus) clearInterval(timer);
    // Nothing was left: somebody may have given samples back, or disagreed.
    else if (focus.index >= focus.ids.length && !document.hidden) refill(panel);
  }, RETRY_MS);
  panel.signal.addEventListener("abort", () => clearInterval(timer));
  readTeam(panel);
  await refill(panel);
  panel.focusMain();
}

/** Return to the overview; what was handed out and not decided is free for others. @param {LabelPanel} panel */
export function closeQueue(panel) {
  const { state } = panel;
  const kind = state.focus?.queue;
  panel.typing.close();
  panel.images.clear();
  // What was shown as if nobody had decided is reloaded.
  for (const [id, item] of panel.items) if (item.second) panel.items.delete(id);
  panel.set({ view: state.browse, focus: null });
  if (kind !== "review") releaseAssignments(panel, state.annotator);
  reload(panel);
}

/** @param {LabelPanel} panel @param {string} annotator */
function releaseAssignments(panel, annotator) {
  // A lease that stays runs out by itself.
  panel.link.call("release samples", { theme: panel.state.theme?.id, annotator }).catch(() => undefined);
}

/** Fetch more once few images are left ahead. @param {LabelPanel} panel */
export async function refill(panel) {
  const { focus, theme, annotator } = panel.state;
  if (!focus?.queue || !theme || focus.loading || focus.ids.length - focus.index > AHEAD[focus.queue]) return;
  focus.loading = true;
  const method = METHODS[focus.queue];
  try {
    const known = panel.thumbnails.known(focus.ids);
    const answer = await panel.link.call(method, {
      theme: theme.id,
      annotator,
      number: BUNDLE,
      side: side(panel),
      known,
      ...(focus.queue === "useful" ? { without: focus.ids.slice(-NAMED) } : {}),
      ...(focus.queue === "asked" ? { samples: focus.asked?.filter((id) => !focus.ids.includes(id)) ?? [] } : {}),
    });
    if (panel.state.focus !== focus) return;
    const have = new Set(focus.ids);
    const fresh = answer.value.items.filter((/** @type {Sample} */ item) => !have.has(item.id));
    takeItems(panel, fresh, answer);
    focus.ids = [...focus.ids, ...fresh.map((/** @type {Sample} */ item) => item.id)];
    focus.end = fresh.length === 0;
    panel.images.follow(focus.ids, focus.index);
  } catch (error) {
    focus.end = true;
    panel.notifyError(error);
  } finally {
    focus.loading = false;
    takePendingSteps(panel, focus);
    panel.changed();
  }
}

/** Go where a key wanted to go before the image was there. @param {LabelPanel} panel @param {Focus} focus */
function takePendingSteps(panel, focus) {
  const { pendingSteps } = focus;
  if (pendingSteps === 0 || panel.state.focus !== focus) return;
  focus.pendingSteps = 0;
  if (!step(panel, pendingSteps) && focus.end) focus.index = focus.ids.length;
}

/** Record a decision about an image of the queue as what it is: a label, a second opinion, or a reviewer's word. @param {LabelPanel} panel @param {number} id @param {Decision} to @returns {string} Why it cannot be taken, or nothing. */
export function answer(panel, id, to) {
  const item = panel.items.get(id);
  const review = panel.state.focus?.queue === "review";
  if (!item) return "This image is not here yet.";
  if (!review && !item.second) {
    decide(panel, id, to);
    return "";
  }
  if (to.label === null && !to.skipped)
    return review
      ? "A disagreement is settled by a label, or skipped."
      : "Give another label, or take this one back with U.";
  recordOpinion(panel, review ? "settle" : item.again ? "again" : "opinion", id, to);
  return "";
}

/** Read what waits for a reviewer, and who is at work unless that is not looked at now (in a large theme it takes its time). @param {LabelPanel} panel @param {{brief?: boolean}} [how] */
export async function readTeam(panel, { brief = false } = {}) {
  const { theme } = panel.state;
  if (!theme) return;
  try {
    const { value } = await panel.link.call("team", { theme: theme.id, brief });
    const known = brief ? panel.state.team : null;
    const members = known?.members ?? value.members;
    if (panel.state.theme === theme) panel.set({ team: { ...value, members, whole: !brief || known?.whole === true } });
  } catch {
    // Asked once more a little later; the status line shows the state of the connection.
  }
}
