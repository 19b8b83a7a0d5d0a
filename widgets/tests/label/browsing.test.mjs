import assert from "node:assert/strict";
import { test } from "node:test";
import { load, nextPage, refreshCounts, reload, stillAt } from "../../label/browsing.js";

globalThis.window ??= /** @type {any} */ ({ devicePixelRatio: 1 });

test("the cursor stays on its image when a page is reloaded", () => {
  assert.equal(stillAt([1, 2, 3, 4], 2, [3, 4, 5]), 0);
  assert.equal(stillAt([1, 2, 3, 4], 1, [9, 1, 2, 3]), 2);
});

test("where its image has left, the cursor stands on the next that is there, or the last", () => {
  assert.equal(stillAt([1, 2, 3, 4], 1, [1, 4]), 1);
  assert.equal(stillAt([1, 2, 3], 2, [1, 2]), 1);
  assert.equal(stillAt([1], 0, []), 0);
});

test("a page that a person asked for is not passed over because the one before is reloaded", async () => {
  const asked = [];
  const panel = {
    latestLoad: 0,
    thumbnails: { known: () => [] },
    state: { theme: { id: 7 }, where: {}, sort: "id", offset: 100, pageSize: 50, size: 96, loading: false },
    link: { call: (_, { offset }) => asked.push(offset) && new Promise(() => undefined) },
    set: (patch) => Object.assign(panel.state, patch),
  };
  load(panel, 0);
  await reload(panel, { quiet: true });
  assert.deepEqual(asked, [0]);
});

test("while a smaller page size loads, the next page begins behind as many images as it will hold", () => {
  const ids = Array.from({ length: 100 }, (_, index) => index);
  const panel = {
    state: { offset: 0, pageSize: 50, ids, where: {} },
    items: new Map(),
    matchingNow: () => 130,
  };
  assert.equal(nextPage(panel), 50);
});

test("a page and counts of a theme that was left are not shown in the next one", async () => {
  const answers = {
    browse: { page: { items: [], offset: 0, total: 99 } },
    counts: { rows: [[1, false, null, 99]], seen: [], annotators: ["ben"] },
  };
  const panel = {
    latestLoad: 0,
    counting: false,
    feed: { seen: new Set() },
    thumbnails: { known: () => [] },
    items: new Map(),
    state: {
      theme: { id: 7 },
      where: { search: "", annotator: null },
      sort: "id",
      offset: 0,
      pageSize: 50,
      size: 96,
      total: 3,
      annotators: [],
      ids: [],
      cursor: 0,
      selection: { matching: null },
    },
    link: { call: async (method) => ({ value: answers[method], buffers: [] }) },
    countsNow: () => ({ total: () => 0 }),
    set: (patch) => Object.assign(panel.state, patch),
    notifyError: (error) => assert.fail(error),
  };
  const late = [load(panel, 0), refreshCounts(panel)];
  panel.state.theme = { id: 8 };
  await Promise.all(late);
  assert.deepEqual([panel.state.total, panel.state.annotators], [3, []]);
  await Promise.all([load(panel, 0), refreshCounts(panel)]);
  assert.deepEqual([panel.state.total, panel.state.annotators], [99, ["ben"]]);
});
