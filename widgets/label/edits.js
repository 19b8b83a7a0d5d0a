import { number, plural } from "../shared/format.js";
import { newKey } from "../shared/journal.js";
import { refreshCounts, reload } from "./browsing.js";
import { decided, keepSitting, undone } from "./sitting.js";

/** @import { LabelPanel } from "./state.js" */
/** @import { AssistPage, Decision, Entry, Sample, Outcome, Where } from "./messages.js" */

/** @type {Decision} */
export const NOTHING = { label: null, skipped: false };
const NO_EFFECT = new Set(["unchanged", "conflict", "missing", "failed"]);

const UNDOABLE = 200;
let order = Date.now();

/** @param {Sample} item @returns {Decision} */
export function decisionOf(item) {
  return { label: item.label, skipped: item.skipped };
}

/** @param {Decision} a @param {Decision} b */
export function same(a, b) {
  return a.label === b.label && a.skipped === b.skipped;
}

/** Decide about one image: painted at once, journaled, sent. @param {LabelPanel} panel @param {number} id @param {Decision} to */
export function decide(panel, id, to) {
  const item = panel.items.get(id);
  if (!item) return;
  const seen = decisionOf(item);
  if (!same(seen, to) && !(to.skipped && item.label !== null)) recordDecision(panel, id, seen, to);
}

/** @param {LabelPanel} panel @param {number} id @param {Decision} seen What the person saw. @param {Decision} to */
function recordDecision(panel, id, seen, to) {
  const entry = { ...newEntry(panel, "decide"), sample: id, to, seen, split: panel.items.get(id)?.split ?? null };
  paint(panel, id, to);
  panel.edits.push({ key: entry.key, before: new Map([[id, seen]]) });
  if (to.label !== null) count(panel, entry.key, 1);
  send(panel, entry);
}

/** Say of one image what is not its decision yet: a second opinion, or how a disagreement is settled, or one's own answer again. @param {LabelPanel} panel @param {"opinion" | "settle" | "again"} kind @param {number} id @param {Decision} to */
export function recordOpinion(panel, kind, id, to) {
  const item = panel.items.get(id);
  if (!item || (kind !== "settle" && same(decisionOf(item), to))) return;
  const entry = { ...newEntry(panel, kind), sample: id, to };
  panel.edits.push({ key: entry.key, before: new Map([[id, decisionOf(item)]]) });
  paint(panel, id, to);
  count(panel, entry.key, 1);
  send(panel, entry);
}

/** Decide about everything that is selected, as one edit. @param {LabelPanel} panel @param {Decision} to */
export function decideSelected(panel, to) {
  const { selection, ids, where } = panel.state;
  const everything = selection.matching !== null;
  const meant = everything ? null : [...selection.ids];
  const entry = { ...newEntry(panel, "bulk"), to, ids: meant, where: everything ? where : null };
  /** @type {Map<number, Decision>} */
  const before = new Map();
  for (const id of meant ?? ids) {
    const item = panel.items.get(id);
    if (!item || (to.skipped && item.label !== null)) continue;
    before.set(id, decisionOf(item));
    paint(panel, id, to);
  }
  panel.edits.push({ key: entry.key, before });
  panel.set({ selection: selection.none() });
  send(panel, entry);
}

/** Give each of some samples its own label, as one edit. @param {LabelPanel} panel @param {{item: Sample, to: Decision}[]} pairs */
export function acceptMany(panel, pairs) {
  const ids = pairs.map(({ item }) => item.id);
  const labels = pairs.map(({ to }) => /** @type {number} */ (to.label));
  const seens = pairs.map(({ item }) => decisionOf(item));
  const entry = { ...newEntry(panel, "accept"), ids, labels, seens };
  for (const { item, to } of pairs) paint(panel, item.id, to);
  panel.edits.push({ key: entry.key, before: new Map(ids.map((id, index) => [id, seens[index]])) });
  panel.set({ selection: panel.state.selection.none() });
  send(panel, entry);
}

/** Answer a page of the model beside, as one edit. @param {LabelPanel} panel @param {AssistPage} page @param {number | null} label @param {number[]} off */
export function recordPage(panel, page, label, off) {
  const entry = { ...newEntry(panel, "page"), page, label, off };
  const left = new Set([...off, ...page.planted]);
  const refused = new Set(off.filter((id) => !page.planted.includes(id) && !page.unseen?.includes(id)));
  /** @type {Map<number, Decision>} */
  const before = new Map();
  page.shown.forEach((id, index) => {
    const item = panel.items.get(id);
    // What a check takes off loses the label that it was given on a page.
    if (item && page.kind === "check" && refused.has(id) && same(decisionOf(item), { label, skipped: false })) {
      before.set(id, decisionOf(item));
      paint(panel, id, NOTHING);
      return;
    }
    const to = page.labels.length > 0 ? page.labels[index] : label;
    if (!item || to === null || left.has(id) || (page.kind !== "second look" && !same(decisionOf(item), NOTHING)))
      return;
    before.set(id, decisionOf(item));
    paint(panel, id, { label: to, skipped: false });
  });
  if (before.size > 0) panel.edits.push({ key: entry.key, before });
  count(panel, entry.key, before.size);
  send(panel, entry);
}

/** Accept what is suggested for all that nobody looked at, as one edit. @param {LabelPanel} panel */
export function acceptRest(panel) {
  const entry = newEntry(panel, "rest");
  panel.edits.push({ key: entry.key, before: new Map() });
  send(panel, entry);
}

/** Delete samples as one edit. @param {LabelPanel} panel @param {number[] | null} ids Null for all that match a filter. @param {Where | null} where That filter. */
export function deleteSamples(panel, ids, where) {
  const { state } = panel;
  const entry = { ...newEntry(panel, "delete"), ids, where };
  panel.edits.push({ key: entry.key, before: new Map() });
  if (ids) {
    const gone = new Set(ids);
    state.ids = state.ids.filter((id) => !gone.has(id));
    if (state.focus) {
      state.focus.ids = state.focus.ids.filter((id) => !gone.has(id));
      state.focus.index = Math.max(0, Math.min(state.focus.index, state.focus.ids.length - 1));
    }
  }
  panel.set({ selection: state.selection.none(), cursor: Math.max(0, Math.min(state.cursor, state.ids.length - 1)) });
  send(panel, entry);
}

/**
 * Undo an edit: the one with this key, or the last one. It is painted where this view made it; without a key and an
 * edit of this view, the annotator's last one is meant.
 * @param {LabelPanel} panel @param {string} [key] @returns {number | null} The sample to show.
 */
export function undo(panel, key) {
  const at = key === undefined ? panel.edits.length - 1 : panel.edits.findIndex((edit) => edit.key === key);
  const [edit] = at < 0 ? [] : panel.edits.splice(at, 1);
  if (edit?.counted) keepSitting(panel, undone(panel.state.sitting, edit.counted));
  /** @type {Entry} */
  const entry = { ...newEntry(panel, "undo"), ids: [] };
  if (edit || key !== undefined) entry.of = edit?.key ?? key;
  if (edit) {
    entry.ids = [...edit.before.keys()].slice(0, 1000);
    const since = new Set(panel.edits.slice(at).flatMap(({ before }) => [...before.keys()]));
    for (const [id, decision] of edit.before) if (!since.has(id)) paint(panel, id, decision);
  }
  send(panel, entry);
  return edit && edit.before.size === 1 ? [...edit.before.keys()][0] : null;
}

/** Apply what the kernel says of the edits of a theme that it was sent. @param {LabelPanel} panel @param {number} theme @param {Outcome[]} outcomes */
export function settle(panel, theme, outcomes) {
  const settled = panel.outboxes.settle(theme, outcomes);
  for (const [entry, outcome] of settled) {
    // What changed nothing is no edit to undo: the next undo means the one before it.
    if (NO_EFFECT.has(outcome.status) || outcome.changed === 0) dropEdit(panel, entry.key);
    if (entry.kind === "decide") settleDecision(panel, theme, entry, outcome);
    else if (theme === panel.state.theme?.id) settleEdit(panel, entry, outcome);
    else if (outcome.status === "failed") panel.notifyError(outcome.message);
  }
  if (settled.length > 0 && panel.review) countSoon(panel);
  if (settled.length > 0) panel.changedBeside();
}

/** @param {LabelPanel} panel @param {string} key */
function dropEdit(panel, key) {
  const edit = panel.edits.find((edit) => edit.key === key);
  if (!edit) return;
  panel.edits = panel.edits.filter((other) => other !== edit);
  if (edit.counted) keepSitting(panel, undone(panel.state.sitting, edit.counted));
}

/** The counts of a model's answers come from the kernel: ask once for a run of keys, not for each. @param {LabelPanel} panel */
function countSoon(panel) {
  clearTimeout(panel.countTimer);
  panel.countTimer = setTimeout(() => refreshCounts(panel), 500);
}

/** Give one's own decision where somebody else has decided first, whether or not the image is still on the page. @param {LabelPanel} panel @param {import("./state.js").Conflict} conflict */
export function keepMine(panel, conflict) {
  keepTheirs(panel, conflict);
  const { sample, to } = conflict.entry;
  if (sample === undefined || !to) return;
  const { label = null, skipped = false } = conflict.outcome.current ?? {};
  // A label is not skipped over: it is cleared first.
  const cleared = to.skipped && label !== null;
  if (cleared) recordDecision(panel, sample, { label, skipped }, NOTHING);
  recordDecision(panel, sample, cleared ? NOTHING : { label, skipped }, to);
}

/** @param {LabelPanel} panel @param {import("./state.js").Conflict} conflict */
export function keepTheirs(panel, conflict) {
  panel.set({ conflicts: panel.state.conflicts.filter((other) => other !== conflict) });
}

/** @param {LabelPanel} panel @param {number} theme @param {Entry} entry @param {Outcome} outcome */
function settleDecision(panel, theme, entry, outcome) {
  const { current } = outcome;
  const id = /** @type {number} */ (entry.sample);
  const item = panel.items.get(id);
  if (current && item && !panel.outbox?.concerns(id)) panel.items.set(id, { ...item, ...current });
  if (outcome.status === "conflict") {
    // A person who has decided twice about an image before the answer came means the later decision.
    const others = panel.state.conflicts.filter((other) => other.entry.sample !== id);
    panel.state.conflicts = [...others, { theme, entry, outcome }];
  } else if (outcome.status === "missing") {
    panel.notifyError("The image was deleted by somebody else; its label was not saved.");
  } else if (outcome.status === "failed") {
    if (item && entry.seen && !panel.outbox?.concerns(id)) panel.items.set(id, { ...item, ...entry.seen });
    panel.notifyError(outcome.message);
  }
}

/** @param {LabelPanel} panel @param {Entry} entry @param {Outcome} outcome */
function settleEdit(panel, entry, outcome) {
  if (outcome.status === "failed") panel.notifyError(outcome.message);
  else if (entry.kind === "page") {
    refreshCounts(panel);
    return;
  } else if (entry.kind === "opinion" || entry.kind === "settle") {
    if (outcome.status === "missing")
      panel.notifyError("The image was deleted or cleared by somebody else; your opinion was not needed any more.");
    return;
  } else if (entry.kind === "undo") reportUndo(panel, entry, outcome);
  else reportBulk(panel, entry, outcome);
  if (entry.kind === "undo" && (outcome.samples?.length ?? 0) <= 1 && outcome.status === "changed") {
    const id = outcome.samples?.[0];
    if (id !== undefined && panel.items.has(id)) return;
  }
  refreshCounts(panel);
  if (panel.state.view === "grid" || panel.state.view === "table") reload(panel, { quiet: true });
}

/** @param {LabelPanel} panel @param {Entry} entry @param {Outcome} outcome */
function reportBulk(panel, entry, outcome) {
  const changed = outcome.changed ?? 0;
  const replaced = /** @type {any} */ (outcome).replaced ?? 0;
  const decided = outcome.kept ?? 0;
  const had = (outcome.unchanged ?? 0) - decided;
  const stay = decided > 0 ? `; ${number(decided)} that somebody decided on in the meantime stay as they are` : "";
  const action = changed > 0 ? { name: "Undo", run: () => void undo(panel, entry.key) } : undefined;
  if (entry.kind === "delete") {
    panel.notify(`${plural(changed, "image")} deleted${stay}.`, action);
    return;
  }
  if (entry.kind === "accept") {
    count(panel, entry.key, changed);
    const kept = had > 0 ? `; ${number(had)} were decided by somebody else and stay as they are` : "";
    panel.notify(`${plural(changed, "prediction")} accepted${kept}${stay}.`, action);
    return;
  }
  if (entry.kind === "rest") {
    panel.notify(`${plural(changed, "suggestion")} accepted unseen${stay}.`, action);
    return;
  }
  const label = panel.label(entry.to?.label ?? null);
  if (label) count(panel, entry.key, changed);
  const what = label ? `labeled “${label.name}”` : entry.to?.skipped ? "skipped" : "cleared";
  const kept = entry.to?.skipped ? "have a label or were skipped already" : "had it already";
  const parts = [`${number(changed)} of ${plural(changed + had + decided, "image")} ${what}`];
  if (replaced > 0 && label) parts.push(`${number(replaced)} of them had another label before`);
  if (had > 0) parts.push(`${number(had)} ${kept}`);
  panel.notify(`${parts.join("; ")}${stay}.`, action);
}

/** @param {LabelPanel} panel @param {Entry} entry @param {Outcome} outcome */
function reportUndo(panel, entry, outcome) {
  const kept = outcome.unchanged ?? 0;
  if (outcome.status === "unchanged" && kept === 0) {
    if (!entry.of) panel.notify("There is nothing to undo.");
    return;
  }
  const left = kept > 0 ? `; ${number(kept)} were changed by somebody since and stay as they are` : "";
  const changed = outcome.changed ?? 0;
  if (changed === 0 && kept === 0) panel.notify("Undone.");
  else if (changed !== 1 || kept > 0 || !entry.of) panel.notify(`Undone for ${plural(changed, "image")}${left}.`);
}

/** @param {LabelPanel} panel @param {Entry["kind"]} kind @returns {Entry} */
function newEntry(panel, kind) {
  order = Math.max(order + 1, Date.now());
  return { key: newKey(), order, kind, annotator: panel.state.annotator };
}

/** @param {LabelPanel} panel @param {Entry} entry */
function send(panel, entry) {
  if (panel.edits.length > UNDOABLE) panel.edits.splice(0, panel.edits.length - UNDOABLE);
  panel.outbox?.add(entry);
  if (panel.outbox && !panel.outbox.journal.safe) {
    panel.notifyError("This browser keeps nothing: labels that wait for the kernel are lost if you close the page.");
  }
  panel.state.notice = panel.state.notice?.trouble ? panel.state.notice : null;
  panel.changedBeside();
  panel.link.sendNow();
}

/** @param {LabelPanel} panel @param {number} id @param {Decision} to */
function paint(panel, id, to) {
  const item = panel.items.get(id);
  if (!item) return;
  const nobody = to.label === null && !to.skipped;
  panel.items.set(id, { ...item, ...to, annotator: nobody ? null : panel.state.annotator });
}

/** Count an edit that can be undone. @param {LabelPanel} panel @param {string} key @param {number} images */
function count(panel, key, images) {
  const edit = panel.edits.find((edit) => edit.key === key);
  if (!edit) return;
  edit.counted = images;
  keepSitting(panel, decided(panel.state.sitting, Date.now() / 1000, images));
}
