import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cellsOf,
  corners,
  inside,
  nearest,
  onMap,
  onScreen,
  pannedMap,
  whole,
  zoomedMap,
} from "../../label/map_geometry.js";

const frame = { width: 800, height: 500 };
const all = () => true;

/** A lattice of points, 20 by 20. */
function lattice() {
  const points = new Float32Array(800);
  for (let index = 0; index < 400; index++) points.set([(index % 20) / 19, Math.floor(index / 20) / 19], 2 * index);
  return points;
}

test("screen and map are each other's inverse, and the point under the wheel stays there", () => {
  const view = zoomedMap(whole(frame), 3, { x: 200, y: 100 }, frame);
  const [x, y] = onMap(view, { x: 321, y: 77 }, frame);
  const back = onScreen(view, x, y, frame);
  assert.ok(Math.abs(back.x - 321) < 1e-9 && Math.abs(back.y - 77) < 1e-9);
  const before = onMap(whole(frame), { x: 200, y: 100 }, frame);
  const after = onMap(view, { x: 200, y: 100 }, frame);
  assert.ok(Math.hypot(before[0] - after[0], before[1] - after[1]) < 1e-9);
});

test("the map cannot be dragged out of sight or zoomed away", () => {
  const far = pannedMap(whole(frame), 1e6, -1e6);
  assert.deepEqual([far.x, far.y], [0, 0]);
  assert.equal(zoomedMap(whole(frame), 1e-9, { x: 0, y: 0 }, frame).scale, whole(frame).scale / 2);
});

test("the nearest point is found, only within reach, and only among what is shown", () => {
  const points = lattice();
  const cells = cellsOf(points);
  for (let index = 0; index < 400; index += 7)
    assert.equal(nearest(points, cells, [points[2 * index] + 0.01, points[2 * index + 1] - 0.01], 0.03, all), index);
  assert.equal(nearest(points, cells, [1.5, 0.5], 0.1, all), -1);
  assert.notEqual(
    nearest(points, cells, [0, 0], 0.2, (index) => index !== 0),
    0,
  );
});

test("a lasso takes what is within, also a concave one", () => {
  const points = lattice();
  const cells = cellsOf(points);
  const half = inside(
    points,
    cells,
    [
      [-1, -1],
      [0.5, -1],
      [0.5, 2],
      [-1, 2],
    ],
    all,
  );
  assert.equal(half.length, 200);
  // A U: its opening is not part of it.
  const u = inside(
    points,
    cells,
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0.7, 1],
      [0.7, 0.3],
      [0.3, 0.3],
      [0.3, 1],
      [0, 1],
    ].map(([x, y]) => [x - 0.01, y - 0.01]),
    all,
  );
  const inOpening = u.filter(
    (index) => points[2 * index] > 0.35 && points[2 * index] < 0.65 && points[2 * index + 1] > 0.35,
  );
  assert.equal(inOpening.length, 0);
  assert.ok(u.length > 150);
  assert.deepEqual(
    inside(
      points,
      cells,
      [
        [0, 0],
        [1, 1],
      ],
      all,
    ),
    [],
  );
  assert.equal(
    inside(
      points,
      cells,
      corners({ x: 0.2, y: 0.2 }, { x: 0.4, y: 0.4 }).map(({ x, y }) => [x, y]),
      all,
    ).length,
    16,
  );
});
