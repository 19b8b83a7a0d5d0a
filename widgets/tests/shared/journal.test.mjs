import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox } from "../../label/outbox.js";
import { Journal, newKey } from "../../shared/journal.js";
import { MemoryStorage } from "../memory_storage.mjs";

const NOTHING = { label: null, skipped: false };
let order = 0;

function decide(sample, label, seen = NOTHING) {
  order += 1;
  return {
    key: newKey(),
    order,
    kind: "decide",
    annotator: "mika",
    sample,
    to: { label, skipped: false },
    seen,
    split: null,
  };
}

test("keys are never the same", () => {
  assert.equal(new Set(Array.from({ length: 1000 }, newKey)).size, 1000);
});

test("a later panel finds what an earlier one could not send, in its order", () => {
  const storage = new MemoryStorage();
  const before = new Outbox(new Journal(storage, "store/1"));
  const entries = [decide(5, 1), decide(6, 2), decide(5, 3)];
  for (const entry of entries.toReversed())
    storage.setItem(`workbench/journal/store/1/${entry.key}`, JSON.stringify(entry));
  before.add(entries[0]);
  const after = new Outbox(new Journal(storage, "store/1"));
  assert.deepEqual(after.next(), entries);
});

test("journals of other themes and stores are left alone", () => {
  const storage = new MemoryStorage();
  new Outbox(new Journal(storage, "store/1")).add(decide(1, 1));
  assert.equal(new Outbox(new Journal(storage, "store/12")).size, 0);
  assert.equal(new Outbox(new Journal(storage, "other/1")).size, 0);
});

test("what is settled is gone from the browser, what is not stays", () => {
  const storage = new MemoryStorage();
  const outbox = new Outbox(new Journal(storage, "store/1"));
  const [first, second] = [decide(1, 1), decide(2, 1)];
  outbox.add(first);
  outbox.add(second);
  const settled = outbox.settle([
    { key: first.key, status: "changed" },
    { key: "unknown", status: "changed" },
  ]);
  assert.deepEqual(
    settled.map(([entry]) => entry.key),
    [first.key],
  );
  assert.deepEqual(new Journal(storage, "store/1").entries(), [second]);
  assert.equal(outbox.concerns(1), false);
  assert.equal(outbox.concerns(2), true);
});

test("a full storage is reported, and the decision is still sent", () => {
  const storage = new MemoryStorage();
  storage.setItem = () => {
    throw new Error("QuotaExceededError");
  };
  const outbox = new Outbox(new Journal(storage, "store/1"));
  outbox.add(decide(1, 1));
  assert.equal(outbox.journal.safe, false);
  assert.equal(outbox.next().length, 1);
});

test("an unreadable entry does not keep the others from being replayed", () => {
  const storage = new MemoryStorage();
  const entry = decide(1, 1);
  storage.setItem("workbench/journal/store/1/torn", '{"key": "to');
  storage.setItem(`workbench/journal/store/1/${entry.key}`, JSON.stringify(entry));
  assert.deepEqual(new Journal(storage, "store/1").entries(), [entry]);
});

test("a message holds at most 200 edits, the oldest first, and they wait until they are settled", () => {
  const outbox = new Outbox(new Journal(new MemoryStorage(), "store/1"));
  const entries = Array.from({ length: 450 }, (_, index) => decide(index, 1));
  for (const entry of entries) outbox.add(entry);
  assert.deepEqual(outbox.next(), entries.slice(0, 200));
  assert.deepEqual(outbox.next(), entries.slice(0, 200));
  outbox.settle(outbox.next().map(({ key }) => ({ key, status: "changed" })));
  assert.deepEqual(outbox.next(), entries.slice(200, 400));
});

test("an edit of many images that is under way stays, is asked for now and then, and others go before it", () => {
  const storage = new MemoryStorage();
  const outbox = new Outbox(new Journal(storage, "store/1"));
  const bulk = { key: "bulk", order: 1, kind: "bulk", annotator: "ann", to: { label: 1, skipped: false }, where: {} };
  outbox.add(bulk);
  outbox.add(decide(1, 2));
  const told = { key: "bulk", status: "running", done: 300, total: 1000 };
  assert.deepEqual(outbox.settle([told]), []);
  assert.deepEqual(outbox.running, { entry: bulk, outcome: told });
  assert.deepEqual(
    outbox.next().map((entry) => entry.kind),
    ["decide"],
  );
  assert.equal(new Outbox(new Journal(storage, "store/1")).size, 2);
  outbox.underWay.get("bulk").at -= 2000;
  assert.deepEqual(
    outbox.next().map((entry) => entry.kind),
    ["bulk", "decide"],
  );
  const [[entry]] = outbox.settle([{ key: "bulk", status: "changed", changed: 1000 }]);
  assert.equal(entry, bulk);
  assert.equal(outbox.running, null);
  assert.equal(outbox.size, 1);
});
