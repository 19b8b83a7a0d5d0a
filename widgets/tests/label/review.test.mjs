import assert from "node:assert/strict";
import { test } from "node:test";
import { command } from "../../label/keys.js";
import { answered, answerWords, predicted } from "../../label/review.js";

const press = (key, with_ = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  repeat: false,
  ...with_,
});
const panel = {
  label: (id) =>
    [
      { id: 1, name: "cat" },
      { id: 2, name: "dog" },
    ].find((label) => label.id === id),
};

test("A accepts and Shift+A accepts the page, only where there are predictions", () => {
  assert.deepEqual(command(press("a"), "grid", [], true), { name: "accept" });
  assert.deepEqual(command(press("A", { shiftKey: true }), "grid", [], true), { name: "accept page" });
  assert.deepEqual(command(press("a"), "grid", []), { name: "letter", letter: "a" });
  assert.deepEqual(command(press("a", { ctrlKey: true }), "grid", [], true), { name: "all" });
});

test("only a label that is still there can be accepted", () => {
  assert.deepEqual(predicted(panel, { answer: { label: 2, score: 0.5 } }), { label: 2, skipped: false });
  assert.equal(predicted(panel, { answer: { label: 7, score: 0.5 } }), null);
  assert.equal(predicted(panel, { answer: null }), null);
  assert.equal(predicted(panel, undefined), null);
});

test("a prediction is told in words", () => {
  assert.equal(answerWords(panel, { answer: { label: 1, score: 0.834 } }), "predicted cat, 83 %");
  assert.equal(answerWords(panel, { answer: { label: null, score: 0.5 } }), "predicted a label that is gone, 50 %");
  assert.equal(answerWords(panel, { answer: null }), "");
});

test("answers are counted by what is asked of them", () => {
  const rows = [
    [1, "open", 3],
    [1, "agrees", 2],
    [2, "open", 5],
  ];
  assert.equal(
    answered(rows, ([label]) => label === 1),
    5,
  );
  assert.equal(
    answered(rows, ([, how]) => how === "open"),
    8,
  );
});
