import assert from "node:assert/strict";
import { test } from "node:test";
import { acceptPage, applyDecision } from "../../label/commands.js";
import { decide, deleteSamples, keepMine, recordPage, settle, undo } from "../../label/edits.js";
import { forgetItems } from "../../label/items.js";
import { Outboxes } from "../../label/outboxes.js";
import { Selection } from "../../label/selection.js";
import { newSitting } from "../../label/sitting.js";
import { Journal } from "../../shared/journal.js";

globalThis.window ??= /** @type {any} */ ({ devicePixelRatio: 1 });

const CAT = { label: 1, skipped: false };
const DOG = { label: 2, skipped: false };
const NOTHING = { label: null, skipped: false };
const IMAGE = { naturalWidth: 10, naturalHeight: 10, isConnected: true };

/** A panel with a theme of so many samples on its page; what it would send stays in its outboxes. */
function panel(count = 3) {
  const ids = Array.from({ length: count }, (_, index) => index + 1);
  const said = [];
  const made = {
    said,
    gallery: false,
    review: { version: 1 },
    edits: [],
    refusals: 0,
    countTimer: 0,
    counting: true,
    items: new Map(
      ids.map((id) => [id, { id, name: `${id}.png`, split: null, ...NOTHING, answer: { label: 1, score: 0.9 } }]),
    ),
    outboxes: new Outboxes(() => new Journal(null, "test")),
    thumbnails: { get: () => ({}) },
    images: { get: () => ({ image: IMAGE }), follow: () => undefined },
    frame: { width: 100, height: 100 },
    stage: null,
    link: { sendNow: () => undefined, call: () => new Promise(() => undefined) },
    state: {
      view: "grid",
      theme: { id: 7, boxes: null },
      ids,
      cursor: 0,
      total: count,
      offset: 0,
      focus: null,
      annotator: "ann",
      conflicts: [],
      where: { state: "all" },
      selection: new Selection(),
      sitting: newSitting(),
      notice: null,
      labels: [
        { id: 1, name: "cat" },
        { id: 2, name: "dog" },
      ],
    },
    label: (id) => made.state.labels.find((label) => label.id === id),
    set: (patch) => Object.assign(made.state, patch),
    notify: (text, action) => said.push({ text, action }),
    notifyError: (error) => said.push({ text: String(error) }),
    changed: () => undefined,
    changedBeside: () => undefined,
    remember: () => undefined,
  };
  made.outbox = made.outboxes.open(7);
  return made;
}

const sent = (made) =>
  made.outbox
    .next()
    .map(({ kind, sample, to, of }) => ({ kind, ...(sample && { sample }), ...(to && { to }), ...(of && { of }) }));

test("an image of a long run keeps what is known of it, or its label would go nowhere", () => {
  const made = panel(7000);
  made.state.focus = { ids: made.state.ids.slice(0, 1500), index: 800 };
  made.state.ids = [];
  forgetItems(made);
  assert.equal(made.items.has(1500), true, "ahead");
  assert.equal(made.items.has(1), true, "behind");
  assert.equal(made.items.has(1501), false);
});

test("a key is refused, not swallowed, where an image is painted that nothing is known of", () => {
  const made = panel();
  made.state.view = "focus";
  made.state.focus = { ids: [99, 1], index: 0, pendingSteps: 0 };
  applyDecision(made, CAT);
  assert.match(made.state.notice.text, /refused/);
  assert.equal(made.state.focus.index, 0);
});

test("a key is refused while another image stands on the page than the one that it would label", () => {
  const made = panel();
  made.state.view = "focus";
  made.state.focus = { ids: [1, 2], index: 1, pendingSteps: 0, viewport: null, end: true };
  made.stage = { dataset: { sample: "1" }, querySelector: () => null };
  applyDecision(made, CAT);
  assert.match(made.state.notice.text, /not painted yet/);
  made.stage.dataset.sample = "2";
  applyDecision(made, CAT);
  assert.deepEqual(sent(made), [{ kind: "decide", sample: 2, to: CAT }]);
});

test("undoing from a notice undoes what it tells of, not what was decided since", () => {
  const made = panel();
  deleteSamples(made, [3], null);
  const [{ key }] = made.outbox.next();
  decide(made, 1, CAT);
  settle(made, 7, [{ key, status: "changed", changed: 1, unchanged: 0 }]);
  made.said.find(({ action }) => action).action.run();
  assert.deepEqual(sent(made).at(-1), { kind: "undo", of: key });
  assert.equal(made.items.get(1).label, 1);
  assert.equal(undo(made), 1);
});

test("an undo undoes the last edit that changed something", () => {
  const made = panel();
  decide(made, 1, CAT);
  made.state.selection = new Selection(new Set([1]));
  applyDecision(made, CAT);
  decide(made, 2, DOG);
  const [first, bulk, late] = made.outbox.next().map(({ key }) => key);
  settle(made, 7, [
    { key: first, status: "changed" },
    { key: bulk, status: "changed", changed: 0, unchanged: 1 },
    { key: late, status: "failed", message: "no" },
  ]);
  assert.equal(undo(made), 1);
  assert.equal(made.outbox.next().at(-1).of, first);
});

test("one's own decision is given over another's also when the image has left the page", () => {
  const made = panel();
  decide(made, 1, CAT);
  const [{ key }] = made.outbox.next();
  settle(made, 7, [{ key, status: "conflict", current: { id: 1, label: 2, skipped: false, annotator: "ben" } }]);
  made.items.delete(1);
  keepMine(made, made.state.conflicts[0]);
  assert.deepEqual(sent(made), [{ kind: "decide", sample: 1, to: CAT }]);
  assert.deepEqual(made.outbox.next()[0].seen, DOG);
});

test("skipping is given over another's label, too", () => {
  const made = panel();
  decide(made, 1, { label: null, skipped: true });
  const [{ key }] = made.outbox.next();
  settle(made, 7, [{ key, status: "conflict", current: { id: 1, label: 2, skipped: false } }]);
  keepMine(made, made.state.conflicts[0]);
  assert.deepEqual(
    sent(made).map(({ to }) => to),
    [NOTHING, { label: null, skipped: true }],
  );
});

test("accepting a page leaves what was just corrected as it is", () => {
  const made = panel();
  decide(made, 2, DOG);
  acceptPage(made);
  assert.deepEqual(made.outbox.next().at(-1).ids, [1, 3]);
  assert.equal(made.items.get(2).label, 2);
});

test("an image that cannot be shown is skipped in the overview, not labeled, and holds back no page", () => {
  const made = panel();
  made.thumbnails.get = (id) => (id === 1 ? "broken" : {});
  applyDecision(made, CAT);
  assert.match(made.state.notice.text, /cannot be shown/);
  acceptPage(made);
  applyDecision(made, { label: null, skipped: true });
  const [accept, skip] = made.outbox.next();
  assert.deepEqual([skip.to, accept.ids], [{ label: null, skipped: true }, [2, 3]]);
  made.thumbnails.get = (id) => (id === 1 ? "broken" : undefined);
  made.state.selection = new Selection(new Set([1, 2]));
  applyDecision(made, CAT);
  assert.match(made.state.notice.text, /1 selected image is not painted yet/);
});

test("what waits for a theme that was left is sent on, each edit under its theme", () => {
  const boxes = new Outboxes(() => new Journal(null, "test"));
  boxes.open(7).add({ key: "a", order: 1, kind: "decide", annotator: "ann", sample: 1, to: CAT });
  boxes.open(8).add({ key: "b", order: 2, kind: "decide", annotator: "ann", sample: 9, to: DOG });
  assert.equal(boxes.size, 2);
  assert.deepEqual([boxes.next(8).theme, boxes.next(8).entries.length], [8, 1]);
  boxes.settle(8, [{ key: "b", status: "changed" }]);
  assert.deepEqual([boxes.next(8).theme, boxes.next(8).entries[0].key], [7, "a"]);
  assert.equal(boxes.open(7).size, 1, "also when the theme is opened again in a browser that keeps nothing");
});

test("what a check takes off loses its label, but not what could not be shown", () => {
  const made = panel(4);
  for (const id of [1, 2, 3]) Object.assign(made.items.get(id), CAT);
  const page = { kind: "check", label: 1, shown: [1, 2, 3, 4], said: [], planted: [], labels: [], seen: [], drawn: 9 };
  recordPage(made, { ...page, unseen: [2] }, 1, [1, 2]);
  const labels = () => [1, 2, 3, 4].map((id) => made.items.get(id).label);
  assert.deepEqual(labels(), [null, 1, 1, 1]);
  undo(made);
  assert.deepEqual(labels(), [1, 1, 1, null]);
});
