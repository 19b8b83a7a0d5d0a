import assert from "node:assert/strict";
import { test } from "node:test";
import { extent, nearest, ticks } from "../../shared/chart_scale.js";

test("axes are marked at round values", () => {
  assert.deepEqual(ticks(0, 1), [0, 0.5, 1]);
  assert.deepEqual(ticks(0.31, 2.4), [1, 2]);
  assert.deepEqual(ticks(1, 10), [5, 10]);
  assert.deepEqual(ticks(2, 2), [2]);
});

test("one value alone has room around it, and the nearest point is found", () => {
  assert.deepEqual(extent([3]), [2.5, 3.5]);
  assert.equal(
    nearest(
      [
        { x: 1, y: 0 },
        { x: 4, y: 1 },
      ],
      2,
    )?.x,
    1,
  );
  assert.equal(nearest([], 2), undefined);
});
