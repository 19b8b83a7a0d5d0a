import { reload, side, takeItems } from "./browsing.js";
import { decide, respond } from "./deciding.js";
import { step } from "./focusing.js";

/** @import { Desk, Focus } from "./desk.js" */
/** @import { Decision, Item } from "./types.js" */

/**
 * Work that several annotators share, one image at a time in the focus view: "mine" are samples that nobody else is
 * given meanwhile, some of them for a second opinion, unseen; "review" are those on which opinions differ.
 *
 * @typedef {"mine" | "review"} Kind
 * @typedef {{annotator: string, decided: number, opinions: number, leased: number, last_act: string | null}} Member
 * @typedef {{members: Member[], overlap: number, disagreements: number}} Team
 * @typedef {Decision & {annotator: string}} Opinion
 */

const AHEAD = 6;
/** So many are handed out at once: few, so that the last images of a theme are shared too. */
const BUNDLE = 10;
const AGAIN_MS = 5000;

/** Begin to work through a queue, or leave the one that is open. @param {Desk} desk @param {Kind} kind */
export async function toggleQueue(desk, kind) {
  const open = desk.state.focus?.queue;
  if (open) closeQueue(desk);
  if (open === kind || !desk.state.theme) return;
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
    owed: 0,
    queue: kind,
    refill: () => void refill(desk),
  };
  desk.set({ view: "focus", focus, notice: null });
  const timer = setInterval(() => {
    if (desk.state.focus !== focus) clearInterval(timer);
    // Nothing was left: somebody may have given samples back, or disagreed.
    else if (focus.index >= focus.ids.length && !document.hidden) refill(desk);
  }, AGAIN_MS);
  desk.signal.addEventListener("abort", () => clearInterval(timer));
  readTeam(desk);
  await refill(desk);
  desk.focusMain();
}

/** Return to the overview; what was handed out and not decided is free for others. @param {Desk} desk */
export function closeQueue(desk) {
  const { state } = desk;
  const kind = state.focus?.queue;
  desk.typing.close();
  desk.pictures.clear();
  // What was shown as if nobody had decided is read anew.
  for (const [id, item] of desk.items) if (item.second) desk.items.delete(id);
  desk.set({ view: state.browse, focus: null });
  if (kind === "mine") giveBack(desk, state.annotator);
  reload(desk);
}

/** @param {Desk} desk @param {string} annotator */
function giveBack(desk, annotator) {
  // A lease that stays runs out by itself.
  desk.link.call("give back", { theme: desk.state.theme?.id, annotator }).catch(() => undefined);
}

/** Fetch more once few images are left ahead. @param {Desk} desk */
export async function refill(desk) {
  const { focus, theme, annotator } = desk.state;
  if (!focus?.queue || !theme || focus.loading || focus.ids.length - focus.index > AHEAD) return;
  focus.loading = true;
  const method = focus.queue === "mine" ? "hand out" : "disagreements";
  try {
    const known = desk.thumbs.known(focus.ids);
    const answer = await desk.link.call(method, {
      theme: theme.id,
      annotator,
      number: BUNDLE,
      side: side(desk),
      known,
    });
    if (desk.state.focus !== focus) return;
    const have = new Set(focus.ids);
    const fresh = answer.value.items.filter((/** @type {Item} */ item) => !have.has(item.id));
    takeItems(desk, fresh, answer);
    focus.ids = [...focus.ids, ...fresh.map((/** @type {Item} */ item) => item.id)];
    focus.end = fresh.length === 0;
    desk.pictures.follow(focus.ids, focus.index);
  } catch (error) {
    focus.end = true;
    desk.complain(error);
  } finally {
    focus.loading = false;
    settleOwed(desk, focus);
    desk.changed();
  }
}

/** Go where a key wanted to go before the image was there. @param {Desk} desk @param {Focus} focus */
function settleOwed(desk, focus) {
  const { owed } = focus;
  if (owed === 0 || desk.state.focus !== focus) return;
  focus.owed = 0;
  if (!step(desk, owed) && focus.end) focus.index = focus.ids.length;
}

/** Take a decision about an image of the queue for what it is: a label, a second opinion, or a reviewer's word. @param {Desk} desk @param {number} id @param {Decision} to @returns {string} Why it cannot be taken, or nothing. */
export function answer(desk, id, to) {
  const item = desk.items.get(id);
  const review = desk.state.focus?.queue === "review";
  if (!item) return "This image is not here yet.";
  if (!review && !item.second) {
    decide(desk, id, to);
    return "";
  }
  if (to.label === null && !to.skipped)
    return review
      ? "A disagreement is settled by a label, or skipped."
      : "Give another label, or take this one back with U.";
  respond(desk, review ? "settle" : "opinion", id, to);
  return "";
}

/** Read what waits for a reviewer, and who is at work unless that is not looked at now (in a large theme it takes its time). @param {Desk} desk @param {{brief?: boolean}} [how] */
export async function readTeam(desk, { brief = false } = {}) {
  const { theme } = desk.state;
  if (!theme) return;
  try {
    const { value } = await desk.link.call("team", { theme: theme.id, brief });
    const members = brief ? (desk.state.team?.members ?? []) : value.members;
    if (desk.state.theme === theme) desk.set({ team: { ...value, members } });
  } catch {
    // Asked again a little later; the status line tells about the connection.
  }
}
