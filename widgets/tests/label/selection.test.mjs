import assert from "node:assert/strict";
import { test } from "node:test";
import { Selection } from "../../label/selection.js";

const PAGE = [10, 11, 12, 13, 14];
const ids = (selection) => [...selection.ids].sort((a, b) => a - b);

test("click, then Shift+click in either direction", () => {
  assert.deepEqual(ids(new Selection().only(11).range(13, PAGE)), [11, 12, 13]);
  assert.deepEqual(ids(new Selection().only(13).range(11, PAGE)), [11, 12, 13]);
});

test("a range shrinks when its end comes nearer", () => {
  assert.deepEqual(ids(new Selection().only(10).range(14, PAGE).range(11, PAGE)), [10, 11]);
});

test("Ctrl adds and takes away", () => {
  const selection = new Selection().only(10).toggle(12, PAGE).toggle(10, PAGE);
  assert.deepEqual(ids(selection), [12]);
});

test("a range does not begin where the last one was taken out of the selection", () => {
  assert.equal(new Selection().toggle(10, PAGE).toggle(10, PAGE).anchor, null);
});

test("Ctrl+Shift keeps what was selected", () => {
  assert.deepEqual(ids(new Selection().only(10).toggle(13, PAGE).range(14, PAGE, true)), [10, 13, 14]);
});

test("taking one away from everything does not leave just that one selected", () => {
  const selection = new Selection().everything(10_000).toggle(11, PAGE);
  assert.deepEqual(ids(selection), [10, 12, 13, 14]);
  assert.equal(selection.size, 4);
});

test("a range from another page starts a new one", () => {
  assert.deepEqual(ids(new Selection().only(99).range(12, PAGE)), [12]);
});

test("everything that matches counts what is not on the page too", () => {
  const selection = new Selection().only(10).everything(10_000);
  assert.equal(selection.size, 10_000);
  assert.equal(selection.has(123_456), true);
  assert.equal(selection.none().size, 0);
});
