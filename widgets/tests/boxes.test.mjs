import assert from "node:assert/strict";
import test from "node:test";
import { actOf, progressText, stamped } from "../boxes.js";

const press = (key, more = {}) => actOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });

test("keys ask for undo, next and previous, and leave the drawing area its own", () => {
  assert.equal(press("u"), "undo");
  assert.equal(press("z", { ctrlKey: true }), "undo");
  assert.equal(press("ArrowRight"), "next");
  assert.equal(press("ArrowLeft"), "previous");
  for (const key of ["1", "Tab", "Enter", " ", "Delete", "w", "z", "c"]) assert.equal(press(key), null);
  assert.equal(press("u", { ctrlKey: true }), null);
});

test("progress is told in plain numbers", () => {
  assert.equal(
    progressText({ samples: 1364, submitted: 3, skipped: 1, boxes: 4886 }),
    "3 of 1,364 done, 1 skipped, 4,886 boxes",
  );
});

test("every change of boxes and every message names the image that is shown", () => {
  const values = { sample: 7, drawn_on: 3 };
  const sent = [];
  const model = stamped({
    get: (name) => values[name],
    set: (name, value) => (values[name] = value),
    save_changes() {},
    send: (content) => sent.push(content),
    on() {},
    off() {},
  });
  model.set("label", "red");
  assert.equal(values.drawn_on, 3);
  model.set("bboxes", [1]);
  assert.deepEqual(values, { sample: 7, drawn_on: 7, label: "red", bboxes: [1] });
  model.send({ type: "submit" }, {});
  assert.deepEqual(sent, [{ type: "submit", sample: 7 }]);
});
