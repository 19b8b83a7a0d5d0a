import assert from "node:assert/strict";
import { test } from "node:test";
import { decided, newSitting, pace, timeLeft } from "../../label/sitting.js";

test("the pace is that of the work, without the pauses", () => {
  let sitting = newSitting();
  for (let index = 0; index <= 100; index += 1) sitting = decided(sitting, 1000 + 2 * index);
  assert.equal(Math.round(pace(sitting)), 1800);
  const paused = decided(sitting, 1200 + 600);
  assert.ok(pace(paused) > 1200, "a pause of ten minutes counts as one");
  assert.equal(Math.round(timeLeft(sitting, 900)), 1800);
});

test("no pace before there is enough to tell, and a long break begins a new sitting", () => {
  let sitting = decided(newSitting(), 1000);
  assert.equal(pace(sitting), null);
  sitting = decided(sitting, 1001);
  assert.equal(sitting.images, 2);
  assert.equal(decided(sitting, 1001 + 3600).images, 1);
});

test("a bulk edit counts as images, not as pace", () => {
  let sitting = newSitting();
  for (let index = 0; index < 20; index += 1) sitting = decided(sitting, 1000 + index);
  const before = pace(sitting);
  sitting = decided(sitting, 1021, 10_000);
  assert.equal(sitting.images, 10_020);
  assert.equal(pace(sitting), before);
});
