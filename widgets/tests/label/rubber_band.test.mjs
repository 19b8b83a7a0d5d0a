import assert from "node:assert/strict";
import { test } from "node:test";
import { between, meets } from "../../label/rubber_band.js";

test("a drag in any direction makes one rectangle, which takes what it touches", () => {
  const area = between({ x: 30, y: 5 }, { x: 10, y: 25 });
  assert.deepEqual(area, { left: 10, top: 5, width: 20, height: 20 });
  assert.equal(meets(area, { left: 29, top: 24, width: 9, height: 9 }), true);
  assert.equal(meets(area, { left: 30, top: 5, width: 9, height: 9 }), false);
});
