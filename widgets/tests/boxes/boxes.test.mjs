import assert from "node:assert/strict";
import test from "node:test";
import { fit } from "../../boxes/fit.js";
import { asideOf, commandOf, HELP } from "../../boxes/keys.js";
import { BoxPanel } from "../../boxes/state.js";
import { Surface } from "../../boxes/surface.js";
import { MemoryStorage } from "../memory_storage.mjs";

const press = (key, more = {}) =>
  commandOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });

test("keys ask for the frame's commands and leave the drawing area its own", () => {
  assert.equal(press("Enter"), "submit");
  assert.equal(press(" "), "skip");
  assert.equal(press("u"), "undo");
  assert.equal(press("z", { ctrlKey: true }), "undo");
  assert.equal(press("ArrowRight"), "next");
  assert.equal(press("ArrowLeft"), "previous");
  assert.equal(press("Backspace"), "delete");
  assert.equal(press("?", { shiftKey: true }), "help");
  assert.equal(press("1"), "none");
  assert.equal(press("Escape"), "overview");
  assert.equal(press("ArrowUp", { shiftKey: true }), "pan up");
  assert.equal(press("*", { shiftKey: true }), "exact");
  for (const key of ["Tab", "Delete", "w", "z", "c"]) assert.equal(press(key), null);
  assert.equal(press("u", { ctrlKey: true }), null);
  assert.equal(press("Enter", { shiftKey: true }), null);
  assert.ok(HELP.every(([keys, does]) => keys && does));
});

test("a label's letter goes before one of the drawing area, which is reached by other keys too", () => {
  const labels = [
    { name: "white", key: "w" },
    { name: "zero", key: "0" },
    { name: "odd", key: null },
  ];
  const aside = (key, more = {}) =>
    asideOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more }, labels);
  assert.deepEqual(aside("w"), { label: "white" });
  assert.deepEqual(aside("0"), { label: "zero" });
  assert.deepEqual(aside("ArrowUp", { ctrlKey: true, shiftKey: true }), { area: "KeyW" });
  assert.deepEqual(aside("ArrowRight", { altKey: true }), { area: "KeyE" });
  assert.deepEqual(aside("Enter", { ctrlKey: true }), { area: "KeyC" });
  for (const key of ["a", "1", "ArrowUp", "Enter"]) assert.equal(aside(key), null);
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

/** Let everything happen that waits for the present task. */
const settle = () => new Promise((done) => setImmediate(done));

/**
 * A panel on image 1. `sent` are the calls that reached the kernel; `answer` and `fail` answer the message under way,
 * call by call; `show` goes to another image.
 */
function open(t, born = "2026-01-01") {
  const values = {
    heading: { theme: "cells", theme_id: 1, born, annotator: "mika" },
    store_key: "here",
    sample: 1,
    state: null,
    bboxes: [],
    label: "red",
    classes: ["red"],
    label_ids: [7],
    status: "",
  };
  const heard = {};
  const messages = [];
  const model = {
    get: (name) => values[name],
    set: (name, value) => (values[name] = value),
    save_changes() {},
    send: (message) => messages.push(message),
    on(event, callback) {
      heard[event] = [...(heard[event] ?? []), callback];
    },
    off() {},
  };
  const ending = new AbortController();
  t.after(() => ending.abort());
  const panel = new BoxPanel(model, ending.signal, () => {});
  const change = (name, value) => {
    values[name] = value;
    for (const callback of heard[`change:${name}`] ?? []) callback();
  };
  const reply = async (...results) => {
    const { view, serial, calls } = messages.at(-1);
    const listed = calls.map(({ id }, index) => ({ id, ...results[index] }));
    for (const callback of heard["msg:custom"]) callback({ view, serial, results: listed }, []);
    await settle();
  };
  return {
    panel,
    change,
    reply,
    calls: () => messages.flatMap((message) => message.calls),
    show: (sample) => {
      change("sample", sample);
      change("shown", sample);
    },
  };
}

const ACCEPTED = { value: { accepted: true, problem: "" }, buffers: [0, 0] };
const DONE = { value: null, buffers: [0, 0] };
const REFUSED = { value: { accepted: false, problem: "There is no label 'red' any more." }, buffers: [0, 0] };
const FULL = { error: "The disk is full." };

test("boxes that the kernel could not save stay in the browser, though it dealt with what came later", async (t) => {
  globalThis.localStorage = new MemoryStorage();
  const { panel, calls, show, reply } = open(t);
  panel.surface.set("bboxes", [RED]);
  panel.run("next");
  await settle();
  const [drawn, next] = calls();
  assert.deepEqual([drawn.method, drawn.params.sample, next.method], ["save", 1, "step"]);
  await reply(FULL, DONE);
  show(2);
  panel.surface.set("bboxes", [RED, { ...RED, x: 9 }]);
  await settle();
  assert.deepEqual([calls()[2].method, calls()[2].params.sample], ["save", 2]);
  await reply(ACCEPTED);
  assert.deepEqual(panel.unsaved, [drawn.params]);
  assert.deepEqual(panel.journal.entries(), [drawn.params]);
});

test("what could not be saved is sent again until it is", async (t) => {
  globalThis.localStorage = new MemoryStorage();
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { panel, calls, reply } = open(t);
  panel.surface.set("bboxes", [RED]);
  await settle();
  await reply(FULL);
  assert.equal(panel.status, "The disk is full.");
  t.mock.timers.tick(6000);
  await settle();
  assert.deepEqual(calls()[1].params, calls()[0].params);
  await reply(ACCEPTED);
  assert.deepEqual([panel.unsaved, panel.journal.entries(), panel.status], [[], [], ""]);
});

test("what waits for a theme is sent and counted wherever one is, and kept where its theme is gone", async (t) => {
  globalThis.localStorage = new MemoryStorage();
  const first = open(t);
  first.panel.surface.set("bboxes", [RED]);
  const { key } = first.panel.unsaved[0];
  const other = open(t, "2026-02-02");
  other.panel.recover();
  assert.equal(other.panel.unsaved.length, 1);
  await settle();
  const [{ method, params }] = other.calls();
  assert.deepEqual([method, params.key, params.theme, params.born], ["recover", key, 1, "2026-01-01"]);
  await other.reply({ value: { accepted: false, problem: "", gone: true }, buffers: [0, 0] });
  assert.deepEqual([other.panel.unsaved, first.panel.journal.entries().length], [[], 1]);

  // Somebody has to decide about it: it is asked for once more where its theme is opened.
  const asked = open(t, "2026-03-03");
  asked.panel.recover();
  await settle();
  await asked.reply(REFUSED);
  assert.equal(asked.panel.unsaved.length, 1);
  asked.change("heading", { theme: "tissue", theme_id: 1, born: "2026-01-01", annotator: "mika" });
  await settle();
  assert.deepEqual(
    asked.calls().map((call) => [call.method, call.params.key]),
    [
      ["recover", key],
      ["recover", key],
    ],
  );
  await asked.reply(ACCEPTED);
  assert.deepEqual([asked.panel.unsaved, asked.panel.journal.entries()], [[], []]);
});

test("a later drawing of an image stands for the earlier ones", async (t) => {
  globalThis.localStorage = new MemoryStorage();
  const { panel, calls, reply } = open(t);
  panel.surface.set("bboxes", [RED]);
  panel.surface.set("bboxes", [RED, { ...RED, x: 9 }]);
  await settle();
  const [first, second] = calls().map(({ params }) => params);
  assert.deepEqual([second.earlier, panel.journal.entries()], [[first.key], [second]]);
  await reply(FULL, ACCEPTED);
  assert.deepEqual([panel.unsaved, panel.journal.entries()], [[], []]);
});

test("what is drawn while an image is submitted is drawn over what was submitted", async (t) => {
  globalThis.localStorage = new MemoryStorage();
  const { panel, calls } = open(t);
  panel.painted = true;
  panel.run("submit");
  panel.surface.set("bboxes", [RED]);
  await settle();
  const [submit, drawn] = calls();
  assert.deepEqual([submit.method, drawn.method, drawn.params.earlier], ["submit", "save", [submit.params.key]]);
});

test("nothing is decided about an image that nobody has seen", async (t) => {
  globalThis.localStorage = new MemoryStorage();
  const { panel, calls } = open(t);
  panel.run("submit");
  panel.run("skip");
  await settle();
  assert.deepEqual(calls(), []);
});

test("a box keeps the label that it was drawn with when the label is called otherwise by then", async (t) => {
  globalThis.localStorage = new MemoryStorage();
  const { panel, calls, change } = open(t);
  panel.surface.choose("red");
  change("classes", ["crimson"]);
  change("label_ids", [7]);
  panel.surface.set("bboxes", [RED]);
  await settle();
  assert.equal(calls()[0].params.boxes[0].label_id, 7);
  assert.equal(panel.surface.get("label"), "crimson");
});

test("boxes that cannot be saved as they are stay, and stand on their image again when it comes back", async (t) => {
  globalThis.localStorage = new MemoryStorage();
  const { panel, show, reply } = open(t);
  panel.surface.set("bboxes", [RED]);
  await settle();
  await reply(REFUSED);
  assert.equal(panel.status, "There is no label 'red' any more.");
  show(2);
  assert.deepEqual(panel.surface.boxes, []);
  show(1);
  assert.deepEqual(panel.surface.boxes, [RED]);
  assert.equal(panel.journal.entries().length, 1);
  panel.surface.set("bboxes", [{ ...RED, label: "white" }]);
  await settle();
  await reply(ACCEPTED);
  assert.deepEqual([panel.unsaved, panel.journal.entries()], [[], []]);
});

test("where the browser forbids its storage, drawings are sent all the same", async (t) => {
  Object.defineProperty(globalThis, "localStorage", {
    configurable: true,
    get() {
      throw new Error("The operation is insecure.");
    },
  });
  const { panel, reply } = open(t);
  panel.recover();
  panel.surface.set("bboxes", [RED]);
  assert.equal(panel.journal.safe, false);
  await settle();
  await reply(ACCEPTED);
  assert.deepEqual(panel.unsaved, []);
});
