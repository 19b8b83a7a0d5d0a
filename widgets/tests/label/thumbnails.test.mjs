import assert from "node:assert/strict";
import { test } from "node:test";
import { Thumbnails } from "../../label/thumbnails.js";

let open = 0;

/** Node has no pictures: this stands for the browser's decoder, and counts what is not closed. */
async function decode() {
  open += 1;
  return { url: "blob:", width: 512, height: 512, close: () => (open -= 1) };
}

async function page(thumbnails, first, count, pieces) {
  const each = Math.ceil(count / pieces);
  for (let from = first; from < first + count; from += each) {
    const ids = Array.from({ length: Math.min(each, first + count - from) }, (_, index) => from + index);
    const sheet = { ids, sizes: ids.map(() => [128, 128]), columns: 4, cell: 128, type: "image/jpeg", left: [] };
    await thumbnails.add(sheet, new DataView(new ArrayBuffer(1)));
  }
}

test("a page that came in many pieces stays whole", async () => {
  const thumbnails = new Thumbnails(() => undefined, decode);
  for (let number = 0; number < 20; number += 1) await page(thumbnails, number * 500, 500, 32);
  for (let id = 9500; id < 10_000; id += 1) assert.ok(thumbnails.get(id));
});

test("paging on and on takes no more and more memory", async () => {
  open = 0;
  const thumbnails = new Thumbnails(() => undefined, decode);
  for (let number = 0; number < 200; number += 1) await page(thumbnails, number * 200, 200, 2);
  assert.ok(open < 110, `${open} pictures are open`);
  assert.equal(thumbnails.get(0), undefined);
  thumbnails.clear();
  assert.equal(open, 0);
});
