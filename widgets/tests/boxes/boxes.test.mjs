import assert from "node:assert/strict";
import test from "node:test";
import { Desk } from "../../boxes/desk.js";
import { fit } from "../../boxes/fit.js";
import { actOf, HELP } from "../../boxes/keys.js";
import { Surface } from "../../boxes/surface.js";
import { MemoryStorage } from "../memory_storage.mjs";

const press = (key, more = {}) =>
  actOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });

test("keys ask for the frame's acts and leave the drawing area its own", () => {
  assert.equal(press("Enter"), "submit");
  assert.equal(press(" "), "skip");
  assert.equal(press("u"), "undo");
  assert.equal(press("z", { ctrlKey: true }), "undo");
  assert.equal(press("ArrowRight"), "next");
  assert.equal(press("ArrowLeft"), "previous");
  assert.equal(press("Backspace"), "delete");
  assert.equal(press("?", { shiftKey: true }), "help");
  for (const key of ["1", "Tab", "Delete", "w", "z", "c", "Escape"]) assert.equal(press(key), null);
  assert.equal(press("u", { ctrlKey: true }), null);
  assert.equal(press("Enter", { shiftKey: true }), null);
  assert.ok(HELP.every(([keys, does]) => keys && does));
});

test("an image fills the room without being cut, small ones with visible pixels", () => {
  assert.deepEqual(fit({ width: 640, height: 480 }, { width: 900, height: 480 }), { width: 640, crisp: false });
  assert.deepEqual(fit({ width: 4000, height: 1000 }, { width: 1000, height: 500 }), { width: 1000, crisp: false });
  assert.deepEqual(fit({ width: 28, height: 28 }, { width: 900, height: 500 }), { width: 224, crisp: true });
  assert.ok(fit({ width: 2, height: 9000 }, { width: 900, height: 500 }).width >= 16);
});

function surface(boxes = []) {
  const values = { bboxes: boxes, label: "", image_bytes: "bytes", classes: ["red"] };
  const model = {
    get: (name) => values[name],
    set: (name, value) => (values[name] = value),
    save_changes: () => assert.fail("nothing is synced"),
    send: () => assert.fail("the frame sends"),
    on() {},
    off() {},
  };
  const drawn = [];
  return {
    values,
    drawn,
    made: new Surface(
      model,
      (told) => drawn.push(told),
      () => {},
    ),
  };
}

const RED = { label: "red", x: 1, y: 2, width: 3, height: 4 };

test("what is drawn is told once, and never through the model's traits", () => {
  const { values, drawn, made } = surface();
  made.set("bboxes", [RED]);
  made.set("bboxes", [{ ...RED }]);
  made.save_changes();
  made.send({ type: "submit" });
  assert.deepEqual(drawn, [[RED]]);
  assert.deepEqual(values.bboxes, []);
  assert.equal(made.get("image_bytes"), "bytes");
});

test("a press without a drag draws nothing", () => {
  const { drawn, made } = surface([RED]);
  const seen = [];
  made.on("change:bboxes", () => seen.push(made.get("bboxes").length));
  made.set("bboxes", [RED, { ...RED, width: 0, height: 0 }]);
  made.set("bboxes", [], { silent: true });
  made.set("bboxes", [RED, { ...RED, width: 0, height: 0 }]);
  assert.deepEqual(seen, [2, 1]);
  assert.deepEqual(drawn, []);
});

test("the kernel's boxes replace what stands there when another image is shown", () => {
  const { values, drawn, made } = surface();
  made.set("bboxes", [RED]);
  made.set("selected_index", 0);
  values.bboxes = [];
  made.reset();
  assert.deepEqual([made.boxes, made.get("selected_index")], [[], -1]);
  made.set("bboxes", [RED]);
  assert.equal(drawn.length, 2);
});

/** A desk on image 1, with what it sent; `show` goes to another image, `answer` says that a message was dealt with. */
function desk(t, born = "2026-01-01") {
  const values = {
    heading: { theme: "cells", born },
    place: "here",
    sample: 1,
    state: null,
    bboxes: [],
    label: "red",
    classes: ["red"],
    label_ids: [7],
  };
  const heard = {};
  const sent = [];
  const model = {
    get: (name) => values[name],
    set: (name, value) => (values[name] = value),
    save_changes() {},
    send: (message) => sent.push(message),
    on: (event, callback) => (heard[event] = callback),
    off() {},
  };
  const ending = new AbortController();
  t.after(() => ending.abort());
  const made = new Desk(model, ending.signal, () => {});
  const tell = (name, value) => {
    values[name] = value;
    heard[`change:${name}`]?.();
  };
  const show = (sample) => {
    tell("sample", sample);
    tell("shown", sample);
  };
  return { made, sent, tell, show, answer: (message) => tell("kept", message.key) };
}

test("boxes that the kernel could not save stay in the browser, though it dealt with what came later", (t) => {
  globalThis.localStorage = new MemoryStorage();
  const { made, sent, show, answer } = desk(t);
  made.surface.set("bboxes", [RED]);
  made.ask("next");
  show(2);
  made.surface.set("bboxes", [RED, { ...RED, x: 9 }]);
  const [drawn, next, later] = sent;
  assert.deepEqual([drawn.type, drawn.sample, next.type, later.sample], ["draw", 1, "next", 2]);
  answer(later);
  assert.deepEqual(made.waiting, [drawn]);
  assert.deepEqual(made.journal.entries(), [drawn]);
  answer(drawn);
  assert.deepEqual([made.waiting, made.journal.entries()], [[], []]);
});

test("what waits for a theme is not sent to another one that has its name, nor lost when it is renamed", (t) => {
  globalThis.localStorage = new MemoryStorage();
  desk(t).made.surface.set("bboxes", [RED]);
  const other = desk(t, "2026-02-02");
  other.made.recover();
  assert.deepEqual(other.sent, []);
  const renamed = desk(t);
  renamed.tell("heading", { theme: "tissue", born: "2026-01-01" });
  renamed.made.recover();
  assert.deepEqual(
    renamed.sent.map(({ type, sample }) => [type, sample]),
    [["recover", 1]],
  );
});

test("a later drawing of an image stands for the earlier ones", (t) => {
  globalThis.localStorage = new MemoryStorage();
  const { made, sent, answer } = desk(t);
  made.surface.set("bboxes", [RED]);
  made.surface.set("bboxes", [RED, { ...RED, x: 9 }]);
  assert.deepEqual(made.journal.entries(), [sent[1]]);
  answer(sent[1]);
  assert.deepEqual([made.waiting, made.journal.entries()], [[], []]);
});

test("a box keeps the label that it was drawn with when the label is called otherwise by then", (t) => {
  globalThis.localStorage = new MemoryStorage();
  const { made, sent, tell } = desk(t);
  made.surface.choose("red");
  tell("classes", ["crimson"]);
  tell("label_ids", [7]);
  made.surface.set("bboxes", [RED]);
  assert.equal(sent[0].boxes[0].label_id, 7);
  assert.equal(made.surface.get("label"), "crimson");
});

test("boxes that cannot be saved as they are stay, and stand on their image again when it comes back", (t) => {
  globalThis.localStorage = new MemoryStorage();
  const { made, sent, tell, show, answer } = desk(t);
  made.surface.set("bboxes", [RED]);
  tell("refused", sent[0].key);
  show(2);
  assert.deepEqual(made.surface.boxes, []);
  show(1);
  assert.deepEqual(made.surface.boxes, [RED]);
  assert.equal(made.journal.entries().length, 1);
  made.surface.set("bboxes", [{ ...RED, label: "white" }]);
  answer(sent[1]);
  assert.deepEqual([made.waiting, made.journal.entries()], [[], []]);
});

test("where the browser forbids its storage, drawings are sent all the same", (t) => {
  Object.defineProperty(globalThis, "localStorage", {
    configurable: true,
    get() {
      throw new Error("The operation is insecure.");
    },
  });
  const { made, sent, answer } = desk(t);
  made.recover();
  made.surface.set("bboxes", [RED]);
  assert.equal(made.journal.safe, false);
  answer(sent[0]);
  assert.deepEqual(made.waiting, []);
});
