import assert from "node:assert/strict";
import { test } from "node:test";
import { load, reload, stillAt } from "../lib/label/browsing.js";

test("the cursor stays on its image when a page is read anew", () => {
  assert.equal(stillAt([1, 2, 3, 4], 2, [3, 4, 5]), 0);
  assert.equal(stillAt([1, 2, 3, 4], 1, [9, 1, 2, 3]), 2);
});

test("where its image has left, the cursor stands on the next that is there, or the last", () => {
  assert.equal(stillAt([1, 2, 3, 4], 1, [1, 4]), 1);
  assert.equal(stillAt([1, 2, 3], 2, [1, 2]), 1);
  assert.equal(stillAt([1], 0, []), 0);
});

test("a page that a person asked for is not passed over because the one before is read anew", async () => {
  globalThis.window ??= /** @type {any} */ ({ devicePixelRatio: 1 });
  const asked = [];
  const desk = {
    latestLoad: 0, thumbs: { known: () => [] },
    state: { theme: { id: 7 }, where: {}, sort: "id", offset: 100, pageSize: 50, size: 96, loading: false },
    link: { call: (_, { offset }) => (asked.push(offset), new Promise(() => undefined)) },
    set: (patch) => Object.assign(desk.state, patch),
  };
  load(desk, 0);
  await reload(desk, { quiet: true });
  assert.deepEqual(asked, [0]);
});
