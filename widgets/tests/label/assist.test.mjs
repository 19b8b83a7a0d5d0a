import assert from "node:assert/strict";
import { test } from "node:test";
import { question, standingWords } from "../../label/assist.js";

const standing = {
  goal: 0.99,
  stage: "suggested",
  images: 100,
  with_features: 100,
  filling: false,
  estimate: { right: 0.98349, low: 0.975, high: 0.989, presses: 120 },
  checked: null,
};

test("the bar says how right the labels are, and never rounds up to all", () => {
  assert.equal(standingWords(standing), "right: about 98.3 % (97.5–98.9) · 120 presses to 99 %");
  const nearly = { ...standing, estimate: { right: 0.99999, low: 0.99, high: 1, presses: 0 }, stage: "check" };
  assert.equal(standingWords(nearly), "right: about 99.9 % (99.0–100.0) · to be checked");
  const advised = { ...nearly, stage: "suggested", second_look: true };
  assert.equal(standingWords(advised), "right: about 99.9 % (99.0–100.0) · a second look is advised");
});

test("nothing is announced without a check, and the features' progress stands where there is nothing else", () => {
  const done = {
    ...standing,
    stage: "done",
    checked: { right: 0.996, low: 0.992, high: 0.999, checked: 600, wrong: 2 },
  };
  assert.equal(standingWords(done), "right: 99.6 % (99.2–99.9), checked on 600");
  assert.equal(standingWords({ ...standing, with_features: 40, filling: true }), "features: 40 %");
  assert.equal(standingWords({ ...standing, estimate: null }), "");
});

test("a page asks for a label, or whether it is one", () => {
  assert.match(question({ kind: "look-alikes", label: null }, ""), /Which label\?/);
  assert.match(question({ kind: "suggested", label: 3 }, "cat"), /“cat”\?/);
  assert.match(question({ kind: "check", label: 3 }, "cat"), /^Check: are these all “cat”\?/);
});
