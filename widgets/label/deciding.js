import { number, plural } from "../shared/format.js";
import { refreshCounts, reload } from "./browsing.js";
import { newKey } from "./journal.js";
import { decided } from "./sitting.js";

/** @import { Desk } from "./desk.js" */
/** @import { Decision, Entry, Item, Outcome, Where } from "./types.js" */

/** @type {Decision} */
export const NOTHING = { label: null, skipped: false };
const NO_ACT = new Set(["unchanged", "conflict", "missing", "failed"]);

const UNDOABLE = 200;
let order = Date.now();

/** @param {Item} item @returns {Decision} */
export function decisionOf(item) {
  return { label: item.label, skipped: item.skipped };
}

/** @param {Decision} a @param {Decision} b */
export function same(a, b) {
  return a.label === b.label && a.skipped === b.skipped;
}

/** Decide about one image: painted at once, journaled, sent. @param {Desk} desk @param {number} id @param {Decision} to */
export function decide(desk, id, to) {
  const item = desk.items.get(id);
  if (!item) return;
  const seen = decisionOf(item);
  if (!same(seen, to) && !(to.skipped && item.label !== null)) enter(desk, id, seen, to);
}

/** @param {Desk} desk @param {number} id @param {Decision} seen What the person saw. @param {Decision} to */
function enter(desk, id, seen, to) {
  const entry = { ...newEntry(desk, "decide"), sample: id, to, seen, split: desk.items.get(id)?.split ?? null };
  paint(desk, id, to);
  desk.acts.push({ key: entry.key, before: new Map([[id, seen]]) });
  send(desk, entry);
  if (to.label !== null) count(desk, 1);
}

/** Say of one image what is not its decision yet: a second opinion, or how a disagreement is settled. @param {Desk} desk @param {"opinion" | "settle"} kind @param {number} id @param {Decision} to */
export function respond(desk, kind, id, to) {
  const item = desk.items.get(id);
  if (!item || (kind === "opinion" && same(decisionOf(item), to))) return;
  const entry = { ...newEntry(desk, kind), sample: id, to };
  desk.acts.push({ key: entry.key, before: new Map([[id, decisionOf(item)]]) });
  paint(desk, id, to);
  count(desk, 1);
  send(desk, entry);
}

/** Decide about everything that is selected, as one act. @param {Desk} desk @param {Decision} to */
export function decideSelected(desk, to) {
  const { selection, ids, where } = desk.state;
  const everything = selection.matching !== null;
  const meant = everything ? null : [...selection.ids];
  const entry = { ...newEntry(desk, "bulk"), to, ids: meant, where: everything ? where : null };
  /** @type {Map<number, Decision>} */
  const before = new Map();
  for (const id of meant ?? ids) {
    const item = desk.items.get(id);
    if (!item || (to.skipped && item.label !== null)) continue;
    before.set(id, decisionOf(item));
    paint(desk, id, to);
  }
  desk.acts.push({ key: entry.key, before });
  desk.set({ selection: selection.none() });
  send(desk, entry);
}

/** Give each of some samples its own label, as one act. @param {Desk} desk @param {{item: Item, to: Decision}[]} pairs */
export function acceptMany(desk, pairs) {
  const ids = pairs.map(({ item }) => item.id);
  const labels = pairs.map(({ to }) => /** @type {number} */ (to.label));
  const seens = pairs.map(({ item }) => decisionOf(item));
  const entry = { ...newEntry(desk, "accept"), ids, labels, seens };
  for (const { item, to } of pairs) paint(desk, item.id, to);
  desk.acts.push({ key: entry.key, before: new Map(ids.map((id, index) => [id, seens[index]])) });
  desk.set({ selection: desk.state.selection.none() });
  send(desk, entry);
}

/** Delete samples as one act. @param {Desk} desk @param {number[] | null} ids Null for all that match a filter. @param {Where | null} where That filter. */
export function deleteSamples(desk, ids, where) {
  const { state } = desk;
  const entry = { ...newEntry(desk, "delete"), ids, where };
  desk.acts.push({ key: entry.key, before: new Map() });
  if (ids) {
    const gone = new Set(ids);
    state.ids = state.ids.filter((id) => !gone.has(id));
    if (state.focus) {
      state.focus.ids = state.focus.ids.filter((id) => !gone.has(id));
      state.focus.index = Math.max(0, Math.min(state.focus.index, state.focus.ids.length - 1));
    }
  }
  desk.set({ selection: state.selection.none(), cursor: Math.max(0, Math.min(state.cursor, state.ids.length - 1)) });
  send(desk, entry);
}

/**
 * Take back an act: the one with this key, or the last one. It is painted where this view made it; without a key and an
 * act of this view, whatever the annotator's last one was is meant.
 * @param {Desk} desk @param {string} [key] @returns {number | null} The sample to show.
 */
export function undo(desk, key) {
  const at = key === undefined ? desk.acts.length - 1 : desk.acts.findIndex((act) => act.key === key);
  const [act] = at < 0 ? [] : desk.acts.splice(at, 1);
  /** @type {Entry} */
  const entry = { ...newEntry(desk, "undo"), ids: [] };
  if (act || key !== undefined) entry.of = act?.key ?? key;
  if (act) {
    entry.ids = [...act.before.keys()].slice(0, 1000);
    const since = new Set(desk.acts.slice(at).flatMap(({ before }) => [...before.keys()]));
    for (const [id, decision] of act.before) if (!since.has(id)) paint(desk, id, decision);
  }
  send(desk, entry);
  return act && act.before.size === 1 ? [...act.before.keys()][0] : null;
}

/** Take over what the kernel says of the acts of a theme that it was sent. @param {Desk} desk @param {number} theme @param {Outcome[]} outcomes */
export function settle(desk, theme, outcomes) {
  const settled = desk.outboxes.settle(theme, outcomes);
  for (const [entry, outcome] of settled) {
    // What came to nothing is no act to take back: the next undo means the one before it.
    if (NO_ACT.has(outcome.status) || outcome.changed === 0)
      desk.acts = desk.acts.filter((act) => act.key !== entry.key);
    if (entry.kind === "decide") settleDecision(desk, theme, entry, outcome);
    else if (theme === desk.state.theme?.id) settleAct(desk, entry, outcome);
    else if (outcome.status === "failed") desk.complain(outcome.message);
  }
  if (settled.length > 0 && desk.review) countSoon(desk);
  if (settled.length > 0) desk.changedBeside();
}

/** The counts of a model's answers come from the kernel: ask once for a run of keys, not for each. @param {Desk} desk */
function countSoon(desk) {
  clearTimeout(desk.countTimer);
  desk.countTimer = setTimeout(() => refreshCounts(desk), 500);
}

/** Give one's own decision where somebody else has decided meanwhile, whether or not the image is still on the page. @param {Desk} desk @param {import("./desk.js").Conflict} conflict */
export function insist(desk, conflict) {
  dismiss(desk, conflict);
  const { sample, to } = conflict.entry;
  if (sample === undefined || !to) return;
  const { label = null, skipped = false } = conflict.outcome.current ?? {};
  // A label is not skipped over: it is taken away first.
  const cleared = to.skipped && label !== null;
  if (cleared) enter(desk, sample, { label, skipped }, NOTHING);
  enter(desk, sample, cleared ? NOTHING : { label, skipped }, to);
}

/** @param {Desk} desk @param {import("./desk.js").Conflict} conflict */
export function dismiss(desk, conflict) {
  desk.set({ conflicts: desk.state.conflicts.filter((other) => other !== conflict) });
}

/** @param {Desk} desk @param {number} theme @param {Entry} entry @param {Outcome} outcome */
function settleDecision(desk, theme, entry, outcome) {
  const { current } = outcome;
  const id = /** @type {number} */ (entry.sample);
  const item = desk.items.get(id);
  if (current && item && !desk.outbox?.concerns(id)) desk.items.set(id, { ...item, ...current });
  if (outcome.status === "conflict") {
    // A person who has decided twice about an image meanwhile means the later decision.
    const others = desk.state.conflicts.filter((other) => other.entry.sample !== id);
    desk.state.conflicts = [...others, { theme, entry, outcome }];
  } else if (outcome.status === "missing") {
    desk.complain("The image was deleted by somebody else; its label was not saved.");
  } else if (outcome.status === "failed") {
    if (item && entry.seen && !desk.outbox?.concerns(id)) desk.items.set(id, { ...item, ...entry.seen });
    desk.complain(outcome.message);
  }
}

/** @param {Desk} desk @param {Entry} entry @param {Outcome} outcome */
function settleAct(desk, entry, outcome) {
  if (outcome.status === "failed") desk.complain(outcome.message);
  else if (entry.kind === "opinion" || entry.kind === "settle") {
    if (outcome.status === "missing")
      desk.complain("The image was deleted or cleared by somebody else; your opinion was not needed any more.");
    return;
  } else if (entry.kind === "undo") tellUndo(desk, entry, outcome);
  else tellBulk(desk, entry, outcome);
  if (entry.kind === "undo" && (outcome.samples?.length ?? 0) <= 1 && outcome.status === "changed") {
    const id = outcome.samples?.[0];
    if (id !== undefined && desk.items.has(id)) return;
  }
  refreshCounts(desk);
  if (desk.state.view !== "focus") reload(desk, { quiet: true });
}

/** @param {Desk} desk @param {Entry} entry @param {Outcome} outcome */
function tellBulk(desk, entry, outcome) {
  const changed = outcome.changed ?? 0;
  const had = outcome.unchanged ?? 0;
  const replaced = /** @type {any} */ (outcome).replaced ?? 0;
  const action = changed > 0 ? { name: "Undo", run: () => void undo(desk, entry.key) } : undefined;
  if (entry.kind === "delete") {
    desk.say(`${plural(changed, "image")} deleted.`, action);
    return;
  }
  if (entry.kind === "accept") {
    count(desk, changed);
    const kept = had > 0 ? `; ${number(had)} were decided by somebody meanwhile and stay as they are` : "";
    desk.say(`${plural(changed, "prediction")} accepted${kept}.`, action);
    return;
  }
  const label = desk.label(entry.to?.label ?? null);
  if (label) count(desk, changed);
  const what = label ? `labeled “${label.name}”` : entry.to?.skipped ? "skipped" : "cleared";
  const kept = entry.to?.skipped ? "have a label or were skipped already" : "had it already";
  const parts = [`${number(changed)} of ${plural(changed + had, "image")} ${what}`];
  if (replaced > 0 && label) parts.push(`${number(replaced)} of them had another label before`);
  if (had > 0) parts.push(`${number(had)} ${kept}`);
  desk.say(`${parts.join("; ")}.`, action);
}

/** @param {Desk} desk @param {Entry} entry @param {Outcome} outcome */
function tellUndo(desk, entry, outcome) {
  const kept = outcome.unchanged ?? 0;
  if (outcome.status === "unchanged" && kept === 0) {
    if (!entry.of) desk.say("There is nothing to undo.");
    return;
  }
  const left = kept > 0 ? `; ${number(kept)} were changed by somebody since and stay as they are` : "";
  const changed = outcome.changed ?? 0;
  if (changed === 0 && kept === 0) desk.say("Undone.");
  else if (changed !== 1 || kept > 0 || !entry.of) desk.say(`Undone for ${plural(changed, "image")}${left}.`);
}

/** @param {Desk} desk @param {Entry["kind"]} kind @returns {Entry} */
function newEntry(desk, kind) {
  order = Math.max(order + 1, Date.now());
  return { key: newKey(), order, kind, annotator: desk.state.annotator };
}

/** @param {Desk} desk @param {Entry} entry */
function send(desk, entry) {
  if (desk.acts.length > UNDOABLE) desk.acts.splice(0, desk.acts.length - UNDOABLE);
  desk.outbox?.add(entry);
  if (desk.outbox && !desk.outbox.journal.safe) {
    desk.complain("This browser keeps nothing: labels that wait for the kernel are lost if you close the page.");
  }
  desk.state.notice = desk.state.notice?.trouble ? desk.state.notice : null;
  desk.changedBeside();
  desk.link.hurry();
}

/** @param {Desk} desk @param {number} id @param {Decision} to */
function paint(desk, id, to) {
  const item = desk.items.get(id);
  if (!item) return;
  const nobody = to.label === null && !to.skipped;
  desk.items.set(id, { ...item, ...to, annotator: nobody ? null : desk.state.annotator });
}

/** @param {Desk} desk @param {number} images */
function count(desk, images) {
  desk.state.sitting = decided(desk.state.sitting, Date.now() / 1000, images);
  desk.remember("sitting", desk.state.sitting);
}
