import assert from "node:assert/strict";
import { test } from "node:test";
import { Counts } from "../../label/counts.js";
import { countable } from "../../label/filters.js";

const ROWS = [
  [1, false, "train", 10],
  [1, false, null, 5],
  [2, false, "test", 7],
  [null, false, null, 3],
  [null, true, null, 2],
];

test("totals by state, label and split", () => {
  const counts = new Counts(ROWS);
  assert.equal(counts.total(), 27);
  assert.equal(counts.total({ state: "labeled" }), 22);
  assert.equal(counts.total({ state: "unlabeled" }), 3);
  assert.equal(counts.total({ state: "skipped" }), 2);
  assert.equal(counts.total({ split: "none" }), 10);
  assert.equal(counts.total({ label: 1, split: "train" }), 10);
});

test("n of N per label follows the filter", () => {
  const counts = new Counts(ROWS);
  assert.equal(counts.byLabel().get(1), 15);
  assert.equal(counts.byLabel({ split: "test" }).get(1), undefined);
  assert.equal(counts.byLabel({ split: "test" }).get(2), 7);
});

test("changes move samples from one count to another, and leave the counts before as they were", () => {
  const counts = new Counts(ROWS);
  const after = counts.after([
    { before: { label: null, skipped: false }, after: { label: 2, skipped: false }, split: null },
    { before: { label: null, skipped: true }, after: { label: null, skipped: false }, split: null },
  ]);
  assert.equal(after.total({ state: "labeled" }), 23);
  assert.equal(after.total({ state: "skipped" }), 1);
  assert.equal(after.total({ state: "unlabeled" }), 3);
  assert.equal(after.total(), 27);
  assert.equal(counts.total({ state: "labeled" }), 22);
});

test("names and annotators are not in these counts", () => {
  const where = { state: "all", label: null, split: null, annotator: null, search: "" };
  assert.equal(countable(where), true);
  assert.equal(countable({ ...where, search: "img" }), false);
  assert.equal(countable({ ...where, annotator: "mika" }), false);
  assert.equal(countable({ ...where, answered: true }), false);
  assert.equal(countable({ ...where, answered: false, match: "any", predicted: null }), true);
  assert.equal(countable({ ...where, lowest: 0.5, highest: 0.9 }), false);
});
