import assert from "node:assert/strict";
import { test } from "node:test";
import { exact, fitted, panned, zoomed } from "../../label/viewport.js";

const FRAME = { width: 800, height: 600 };

test("a tiny image is enlarged by a whole number, a large one made to fit", () => {
  assert.equal(fitted({ width: 28, height: 28 }, FRAME).scale, 21);
  assert.equal(fitted({ width: 700, height: 500 }, FRAME).scale, 1);
  assert.equal(fitted({ width: 1600, height: 600 }, FRAME).scale, 0.5);
  assert.equal(exact(null, 21), true);
  assert.equal(exact(null, 0.5), false);
});

test("zooming keeps the point under the pointer where it is", () => {
  const image = { width: 4000, height: 3000 };
  const view = fitted(image, FRAME);
  const point = { x: 300, y: 200 };
  const on = (v) => [(point.x - v.x) / v.scale, (point.y - v.y) / v.scale].map(Math.round);
  const near = zoomed(view, 4, point, image, FRAME);
  assert.deepEqual(on(near), on(view));
});

test("an image never leaves its frame", () => {
  const image = { width: 4000, height: 3000 };
  const near = zoomed(fitted(image, FRAME), 4, { x: 0, y: 0 }, image, FRAME);
  const far = panned(near, -99_999, -99_999, image, FRAME);
  assert.equal(far.x, FRAME.width - image.width * near.scale);
  assert.equal(panned(near, 99_999, 0, image, FRAME).x, 0);
});
