import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, duration, moment, number, percent, plural } from "../../shared/format.js";

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
