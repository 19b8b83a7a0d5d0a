import { percent, plural } from "../shared/format.js";
import { refreshCounts, reload } from "./browsing.js";
import { recordPage } from "./edits.js";
import { side, takeItems } from "./items.js";
import { moved } from "./keys.js";

/** @import { LabelPanel } from "./state.js" */
/** @import { AssistPage, Sample, Standing } from "./messages.js" */

/**
 * The model beside the annotator: pages of images that are answered with one key.
 *
 * @typedef {object} Assist
 * @property {Standing | null} standing Where the theme stands; null before the kernel has said so.
 * @property {"next" | "second look" | "similar"} kind Which pages are shown.
 * @property {number[]} like What the images of a page are to be like.
 * @property {AssistPage | null} page
 * @property {Set<number>} marked What was taken off the page; on a second look what is to be changed.
 * @property {number} cursor Index in the page.
 * @property {boolean} loading
 * @property {boolean} empty Whether the kernel had no page.
 */

/** From so many images on, features are made and the standing is shown without being asked for: fewer are labeled sooner by hand. */
export const WORTHWHILE = 200;
const EVERY_MS = 3000;
const OPEN_MS = 1000;

/** @returns {Assist} */
export function noAssist() {
  return {
    standing: null,
    kind: "next",
    like: [],
    page: null,
    marked: new Set(),
    cursor: 0,
    loading: false,
    empty: false,
  };
}

/** Whether this panel has the model beside: a theme of images with labels, opened to be labeled. @param {LabelPanel} panel */
export function hasAssist(panel) {
  const { theme } = panel.state;
  return Boolean(theme) && !theme?.boxes && !panel.gallery;
}

/** Follow where the theme stands. @param {LabelPanel} panel @param {AbortSignal} signal */
export function followStanding(panel, signal) {
  let last = 0;
  const timer = setInterval(() => {
    const open = panel.state.view === "assist";
    const worthwhile = open || panel.countsNow().total() >= WORTHWHILE;
    if (!hasAssist(panel) || !worthwhile || document.hidden || panel.state.health !== "live") return;
    if (Date.now() - last < (open ? OPEN_MS : EVERY_MS)) return;
    last = Date.now();
    readStanding(panel);
  }, OPEN_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
}

/** @param {LabelPanel} panel */
export async function readStanding(panel) {
  const { theme } = panel.state;
  if (!theme || panel.standingAsked) return;
  panel.standingAsked = true;
  try {
    const { value } = await panel.link.call("assist standing", { theme: theme.id });
    if (panel.state.theme?.id !== theme.id) return;
    const { assist } = panel.state;
    if (JSON.stringify(assist.standing) !== JSON.stringify(value))
      panel.set({ assist: { ...assist, standing: value } });
    if (assist.empty && panel.state.view === "assist") await showPage(panel);
  } catch {
    // Asked once more a little later; the status line shows the state of the connection.
  } finally {
    panel.standingAsked = false;
  }
}

/** Show pages, or return to the overview. @param {LabelPanel} panel @param {Assist["kind"]} kind @param {number[]} [like] */
export async function togglePages(panel, kind, like = []) {
  const { state } = panel;
  if (state.view === "assist" && state.assist.kind === kind) return closePages(panel);
  if (!hasAssist(panel)) return;
  panel.images.clear();
  panel.set({
    view: "assist",
    focus: null,
    notice: null,
    assist: { ...noAssist(), standing: state.assist.standing, kind, like },
  });
  readStanding(panel);
  await showPage(panel);
  panel.focusMain();
}

/** @param {LabelPanel} panel */
export function closePages(panel) {
  const { assist, browse, annotator, theme } = panel.state;
  panel.typing.close();
  panel.set({ view: browse, assist: { ...noAssist(), standing: assist.standing } });
  panel.link.call("release samples", { theme: theme?.id, annotator }).catch(() => undefined);
  reload(panel);
}

/** Change the goal of the theme. @param {LabelPanel} panel @param {string} text Percent. */
export async function changeGoal(panel, text) {
  const { theme, annotator, assist } = panel.state;
  const goal = Number((Number(text.replace(",", ".")) / 100).toFixed(6));
  if (!theme || goal === assist.standing?.goal) return;
  if (!(goal >= 0.5 && goal <= 0.9999))
    return panel.notify(
      `The goal is the share of labels that are to be right: from 50 to 99.99 %, not ${text || "nothing"}.`,
    );
  try {
    const { value } = await panel.link.call("assist goal", { theme: theme.id, annotator, goal });
    if (panel.state.theme?.id === theme.id) panel.set({ assist: { ...panel.state.assist, standing: value } });
  } catch (error) {
    panel.notifyError(error);
  }
}

/** Fetch the next page. @param {LabelPanel} panel @param {number[]} [without] Samples that were just answered. */
export async function showPage(panel, without = []) {
  const { theme, annotator, assist } = panel.state;
  if (!theme || assist.loading) return;
  panel.set({ assist: { ...assist, loading: true, page: null, marked: new Set(), cursor: 0 } });
  try {
    const answer = await panel.link.call("assist page", {
      theme: theme.id,
      annotator,
      kind: assist.kind,
      like: assist.like,
      without,
      size: assist.kind === "second look" ? 50 : pageSize(panel),
      side: side(panel),
      known: panel.thumbnails.known([...panel.items.keys()]),
    });
    if (panel.state.view !== "assist" || panel.state.theme !== theme) return;
    takeItems(panel, answer.value.items, answer);
    const page = answer.value.page;
    panel.set({ assist: { ...panel.state.assist, loading: false, page, empty: page === null } });
  } catch (error) {
    panel.set({ assist: { ...panel.state.assist, loading: false, empty: true } });
    panel.notifyError(error);
  }
}

/** As many as are seen at once without scrolling, 50 at most. @param {LabelPanel} panel */
function pageSize(panel) {
  const main = panel.root?.querySelector("[data-pages]");
  if (!main) return 50;
  const side = panel.state.size + 12;
  const fits = Math.floor(main.clientWidth / side) * Math.floor(main.clientHeight / side);
  return Math.max(12, Math.min(50, fits));
}

/**
 * Answer the page: this label for all that were not taken off, null leaves the page.
 * @param {LabelPanel} panel @param {number | null} label @returns {string} Why it cannot be, or nothing.
 */
export function answerPage(panel, label) {
  const { assist } = panel.state;
  const { page } = assist;
  if (!page) return "The next page is not here yet.";
  const coming = page.shown.filter((id) => panel.thumbnails.get(id) === undefined).length;
  if (coming > 0 && label !== null) return `${coming} of the images are not painted yet.`;
  const second = page.kind === "second look";
  // What cannot be shown was not seen: it gets no label.
  const broken = page.shown.filter((id) => panel.thumbnails.get(id) === "broken");
  const off = second ? page.shown.filter((id) => !assist.marked.has(id)) : [...new Set([...assist.marked, ...broken])];
  const unseen = broken.filter((id) => !assist.marked.has(id));
  recordPage(panel, unseen.length > 0 ? { ...page, unseen } : page, second ? null : label, off);
  void showPage(panel, page.shown);
  return "";
}

/** Accept the page as it is suggested. @param {LabelPanel} panel @returns {string} Why it cannot be, or nothing. */
export function acceptSuggested(panel) {
  const { page } = panel.state.assist;
  if (page && page.label === null && page.kind !== "second look")
    return "Nothing is suggested for this page: press the key of a label.";
  return answerPage(panel, page?.label ?? null);
}

/** Give another label than the suggested one. @param {LabelPanel} panel @param {number} label @returns {string} Why it cannot be, or nothing. */
export function labelPage(panel, label) {
  const { page } = panel.state.assist;
  if (page?.kind === "second look") return "On a second look a click marks what is to be changed; Enter changes it.";
  if (page?.kind === "check" && label !== page.label)
    return "A check asks about one label: a click takes off what does not belong, Enter goes on.";
  return answerPage(panel, label);
}

/** Put what was checked into the split `test`: drawn at random and looked at, it makes a fair one. @param {LabelPanel} panel */
export async function checkedToTest(panel) {
  const { theme, annotator } = panel.state;
  if (!theme) return;
  try {
    const { value } = await panel.link.call("assist checked", { theme: theme.id });
    const params = { theme: theme.id, split: "test", annotator, ids: value.ids };
    const moved = (await panel.link.call("move to split", params)).value;
    const stay = moved.refused > 0 ? `; ${plural(moved.refused, "image")} in valid stay there` : "";
    panel.notify(`${plural(moved.moved, "checked image")} moved into the split “test”${stay}.`);
    refreshCounts(panel);
  } catch (error) {
    panel.notifyError(error);
  }
}

/** Leave the page for later. @param {LabelPanel} panel @returns {string} Why it cannot be, or nothing. */
export function leavePage(panel) {
  const { page } = panel.state.assist;
  if (page?.kind === "check") return "A check is answered as a whole: take off what does not belong, then press Enter.";
  if (page?.kind === "second look") {
    panel.set({ assist: { ...panel.state.assist, marked: new Set() } });
    return answerPage(panel, null);
  }
  return answerPage(panel, null);
}

/** Take an image off the page, or put it back. @param {LabelPanel} panel @param {number} index */
export function mark(panel, index) {
  const { assist } = panel.state;
  const id = assist.page?.shown[index];
  if (id === undefined) return;
  const marked = new Set(assist.marked);
  if (!marked.delete(id)) marked.add(id);
  panel.set({ assist: { ...assist, marked, cursor: index } });
}

/** @param {LabelPanel} panel @param {string} to */
export function moveOnPage(panel, to) {
  const { assist } = panel.state;
  const count = assist.page?.shown.length ?? 0;
  if (count === 0) return;
  panel.showCursor = true;
  panel.set({ assist: { ...assist, cursor: moved(assist.cursor, to, panel.columns, count) } });
}

/** Where the theme stands, in words for the bar. @param {Standing} standing @returns {string} */
export function standingWords(standing) {
  const goal = share(standing.goal);
  const { checked, estimate } = standing;
  if (standing.stage === "done" && checked)
    return `right: ${share(checked.right)} (${range(checked)}), checked on ${checked.checked}`;
  if (standing.with_features < standing.images && standing.filling)
    return `features: ${percent(standing.with_features, standing.images)} %`;
  if (standing.helpless) return "the model cannot tell these labels apart";
  if (!estimate) return "";
  const missing = standing.second_look && estimate.presses === 0 ? "a second look is advised" : "";
  const rest = standing.stage === "check" ? "to be checked" : missing || `${estimate.presses} presses to ${goal}`;
  return `right: about ${share(estimate.right)} (${range(estimate)}) · ${rest}`;
}

/** @param {{low: number, high: number}} interval */
function range({ low, high }) {
  return `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}`;
}

/** A share in percent; never rounded up to all. @param {number} value */
function share(value) {
  const shown = Math.floor(1000 * value + 1e-6) / 10;
  return `${shown.toFixed(1).replace(/\.0$/, "")} %`;
}

/** What the page asks. @param {AssistPage} page @param {string} label The name of its label. @returns {string} */
export function question(page, label) {
  if (page.kind === "check") return `Check: are these all “${label}”? Take off what is not, then press Enter.`;
  if (page.kind === "second look") return "Second look: click what was labeled wrongly, then press Enter.";
  if (page.label === null) return "Which label? Take off what does not belong, then press the key of the label.";
  return `“${label}”? Take off what does not belong, then press Enter.`;
}

/** The images that a page leaves to be answered. @param {LabelPanel} panel @returns {Sample[]} */
export function shownItems(panel) {
  return (panel.state.assist.page?.shown ?? []).flatMap((id) => panel.items.get(id) ?? []);
}
