import assert from "node:assert/strict";
import { test } from "node:test";
import { messages, newUpload, sendFiles } from "../../shared/uploads.js";

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

test("files that are no images are named apart from those that were refused", async () => {
  const files = [{ name: "notes.txt", file: file(3) }];
  const state = newUpload(files);
  const value = { added: 0, duplicates: 0, rejected: [], others: ["notes.txt"] };
  const told = { theme: 1, annotator: () => "ann", signal: new AbortController().signal, changed: () => {} };
  await sendFiles(files, state, { ...told, send: async () => ({ value }) });
  assert.deepEqual([state.finished, state.rejected, state.others], [true, [], ["notes.txt"]]);
});
