import assert from "node:assert/strict";
import { test } from "node:test";
import { extent, nearest, nearestPoint, outline, short, ticks } from "../../shared/chart_scale.js";

test("axes are marked at round values", () => {
  assert.deepEqual(ticks(0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticks(0.31, 2.4), [0.5, 1, 1.5, 2]);
  assert.deepEqual(ticks(1, 10), [2, 4, 6, 8, 10]);
  assert.deepEqual(ticks(2, 2), [2]);
});

test("one value alone has room around it, and the nearest point is found", () => {
  assert.deepEqual(extent([5]), [4.5, 5.5]);
  assert.deepEqual(extent([0]), [-0.5, 0.5]);
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

test("of dots the one under the pointer is found, not the one above it", () => {
  const points = [
    { x: 1, y: 0 },
    { x: 2, y: 9 },
  ];
  assert.equal(nearestPoint(points, { x: 1.4, y: 8 })?.x, 2);
});

test("bars stand on zero, side by side", () => {
  const same = (/** @type {number} */ value) => value;
  const bars = [
    { x: 0, y: 3 },
    { x: 2, y: 1 },
  ];
  assert.equal(outline(bars, same, same), "M0 0L0 3L2 3L2 1L4 1L4 0Z");
  assert.equal(outline([], same, same), "");
});

test("values are told in few signs, and none of a whole number is lost", () => {
  assert.deepEqual(
    [12345, 0.123456, 1234.5, 0].map((value) => short(value)),
    ["12,345", "0.123", "1,235", "0"],
  );
});
