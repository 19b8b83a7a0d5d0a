import assert from "node:assert/strict";
import { test } from "node:test";
import { decided, newSitting, pace, timeLeft } from "../label/sitting.js";
import { messages } from "../label/uploads.js";
import { crisp, fitted, panned, zoomed } from "../label/viewport.js";
import { bytes, duration, moment, number, percent, plural } from "../shared/format.js";

test("numbers and times as people read them", () => {
  assert.equal(number(1234567), "1,234,567");
  assert.equal(plural(1, "image"), "1 image");
  assert.equal(plural(0, "box", "boxes"), "0 boxes");
  assert.equal(duration(6840), "1h 54m");
  assert.equal(duration(59.6), "60s");
  assert.equal(duration(600), "10m");
  assert.equal(bytes(999), "999 B");
  assert.equal(bytes(1536), "1.5 kB");
  assert.equal(bytes(25_000_000), "25 MB");
  assert.equal(percent(999, 1000), 99);
  assert.equal(percent(0, 0), 0);
  assert.equal(moment(null), "");
  assert.match(moment("2026-03-04T12:00:00+00:00", new Date("2026-11-23")), /4 Mar \d\d:\d\d/);
});

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

const FRAME = { width: 800, height: 600 };

test("a tiny image is enlarged by a whole number, a large one made to fit", () => {
  assert.equal(fitted({ width: 28, height: 28 }, FRAME).scale, 21);
  assert.equal(fitted({ width: 700, height: 500 }, FRAME).scale, 1);
  assert.equal(fitted({ width: 1600, height: 600 }, FRAME).scale, 0.5);
  assert.equal(crisp(21), true);
  assert.equal(crisp(0.5), false);
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

const file = (size) => ({ size, slice: () => new Blob() });

test("small files share a message, a large one is cut, and every byte is sent once", () => {
  const files = [
    { name: "a", file: file(300) },
    { name: "b", file: file(2500) },
    { name: "c", file: file(10) },
  ];
  const sent = [...messages(files, 1000)];
  for (const pieces of sent) assert.ok(pieces.reduce((sum, piece) => sum + piece.to - piece.from, 0) <= 1000);
  for (const {
    name,
    file: { size },
  } of files) {
    const pieces = sent.flat().filter((piece) => piece.name === name);
    let at = 0;
    for (const piece of pieces) {
      assert.equal(piece.offset, at);
      at = piece.to;
    }
    assert.equal(at, size);
  }
});

test("files of one name that are sent at the same time are told apart", () => {
  const ids = [1, 2]
    .flatMap(() => [...messages([{ name: "a", file: file(10) }])])
    .flat()
    .map((piece) => piece.file);
  assert.notEqual(ids[0], ids[1]);
});

test("a folder of many files goes a hundred to a message", () => {
  const files = Array.from({ length: 250 }, (_, index) => ({ name: `${index}`, file: file(1) }));
  assert.deepEqual(
    [...messages(files)].map((pieces) => pieces.length),
    [100, 100, 50],
  );
});
