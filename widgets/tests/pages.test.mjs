import assert from "node:assert/strict";
import { test } from "node:test";
import { stillAt } from "../lib/label/browsing.js";

test("the cursor stays on its image when a page is read anew", () => {
  assert.equal(stillAt([1, 2, 3, 4], 2, [3, 4, 5]), 0);
  assert.equal(stillAt([1, 2, 3, 4], 1, [9, 1, 2, 3]), 2);
});

test("where its image has left, the cursor stands on the next that is there, or the last", () => {
  assert.equal(stillAt([1, 2, 3, 4], 1, [1, 4]), 1);
  assert.equal(stillAt([1, 2, 3], 2, [1, 2]), 1);
  assert.equal(stillAt([1], 0, []), 0);
});
