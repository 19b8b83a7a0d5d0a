import assert from "node:assert/strict";
import { test } from "node:test";
import { applyDecision } from "../../label/commands.js";
import { command, HELP, moved } from "../../label/keys.js";
import { Typing } from "../../label/typing.js";
import { passes } from "../../shared/shortcuts.js";

const press = (key, with_ = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  repeat: false,
  ...with_,
});
const label = (id, key, name = `label ${id}`) => ({ id, name, color: "#000000", position: id, key });
const DIGITS = [..."0123456789"].map((key, index) => label(index + 1, key, key));
const name = (key, view = "focus", with_ = {}, labels = DIGITS) =>
  command(press(key, with_), view, labels)?.name ?? null;

test("each label is given by its own key, zero too; Backspace clears, Space skips, Ctrl+Z undoes, in both views", () => {
  for (const view of ["grid", "focus"]) {
    assert.deepEqual(command(press("7"), view, DIGITS), { name: "label", label: 8 });
    assert.deepEqual(command(press("0"), view, DIGITS), { name: "label", label: 1 });
    assert.equal(name("Backspace", view), "clear");
    assert.equal(name("Delete", view), "clear");
    assert.equal(name("Delete", view, { shiftKey: true }), "delete");
    assert.equal(name(" ", view), "skip");
    assert.equal(name("s", view), "skip");
    assert.equal(name("S", view, { shiftKey: true }), "skip");
    assert.equal(name("u", view), "undo");
    assert.equal(name("z", view, { ctrlKey: true }), "undo");
    assert.equal(name("z", view, { metaKey: true }), "undo");
  }
});

test("a label's letter goes before the letter of a command, whose other key stays", () => {
  const labels = [label(1, "s"), label(2, "u"), label(3, "a"), label(4, "é")];
  for (const view of ["grid", "focus"]) {
    for (const { id, key } of labels)
      assert.deepEqual(command(press(key.toUpperCase()), view, labels, true), { name: "label", label: id });
    assert.equal(name(" ", view, {}, labels), "skip");
    assert.equal(name("z", view, { ctrlKey: true }, labels), "undo");
    assert.equal(command(press("Enter", { ctrlKey: true }), view, labels, true)?.name, "accept");
  }
  assert.equal(name("7", "focus", {}, labels), "no label");
});

test("a digit's key is the digit also where a keyboard writes another sign with it", () => {
  assert.deepEqual(command(press("à", { code: "Digit0" }), "focus", DIGITS), { name: "label", label: 1 });
  assert.equal(name("(", "grid", { code: "Digit8", shiftKey: true }), null);
});

test("other letters type a label's name", () => {
  assert.deepEqual(command(press("c"), "focus", DIGITS), { name: "letter", letter: "c" });
  assert.deepEqual(command(press("é"), "grid", DIGITS), { name: "letter", letter: "é" });
  assert.equal(name("F1"), null);
});

test("the notebook keeps its global shortcuts and gets none of the keys that change cells", () => {
  for (const key of ["s", "b", "p", "S"]) assert.equal(passes(press(key, { ctrlKey: true })), true, key);
  for (const key of ["Enter", "z", "a", "x", "v"]) assert.equal(passes(press(key, { ctrlKey: true })), false, key);
  for (const key of ["d", "a", "b", "Enter", "Delete", "0", "ArrowUp"]) assert.equal(passes(press(key)), false, key);
  assert.equal(passes(press("Enter", { shiftKey: true })), false);
});

test("the cursor moves through rows and stays on the page", () => {
  assert.equal(moved(0, "left", 4, 10), 0);
  assert.equal(moved(1, "down", 4, 10), 5);
  assert.equal(moved(7, "down", 4, 10), 9);
  assert.equal(moved(9, "down", 4, 10), 9);
  assert.equal(moved(3, "end", 4, 10), 9);
});

test("every key of the help has words", () => {
  for (const [group, keys, does] of HELP) assert.ok(group && keys && does);
});

const LABELS = "cat dog bird fish frog cow pig hen ant sheep squirrel zebra"
  .split(" ")
  .map((name, index) => label(index + 1, index < 9 ? String(index + 1) : null, name));

test("a label without a key is given as soon as only it can be meant", () => {
  const typing = new Typing();
  assert.equal(typing.letter("z", LABELS, 0)?.name, "zebra");
  assert.equal(typing.active, false);
});

test("the rest of its name does not become the next image's label", () => {
  const typing = new Typing();
  typing.letter("z", LABELS, 0);
  for (const letter of "ebra") assert.equal(typing.letter(letter, LABELS, 100), null);
  assert.equal(typing.active, false);
  assert.equal(typing.letter("z", LABELS, 200)?.name, "zebra");
});

test("after a while letters are letters again", () => {
  const typing = new Typing();
  typing.letter("z", LABELS, 0);
  assert.equal(typing.letter("e", LABELS, 2000), null);
  assert.equal(typing.tail, "");
});

test("a stray letter labels nothing where the labels have keys", () => {
  const typing = new Typing();
  assert.equal(typing.letter("d", LABELS, 0), null);
  assert.equal(typing.active, false);
});

test("opened with the dot, every label is found, also one that begins with S", () => {
  const typing = new Typing();
  typing.open = true;
  assert.equal(typing.letter("s", LABELS, 0), null);
  assert.deepEqual(
    typing.matches(LABELS).map((label) => label.name),
    ["sheep", "squirrel"],
  );
  assert.equal(typing.letter("h", LABELS, 0)?.name, "sheep");
  typing.open = true;
  typing.letter("f", LABELS, 5000);
  assert.equal(typing.enter(LABELS)?.name, "fish");
});

test("shared work begins by key in the overview alone, beside letters that name labels", () => {
  const press = { key: "N", ctrlKey: false, metaKey: false, altKey: false, shiftKey: true, repeat: false };
  assert.deepEqual(command(press, "grid", []), { name: "queue", kind: "mine" });
  assert.deepEqual(command({ ...press, key: "R" }, "grid", []), { name: "queue", kind: "review" });
  assert.deepEqual(command({ ...press, key: "n", shiftKey: false }, "grid", []), { name: "letter", letter: "n" });
  assert.deepEqual(command(press, "focus", []), { name: "letter", letter: "n" });
});

test("a key gives no label to a whole image where labels are on boxes, and says where they are given", () => {
  const said = [];
  const panel = { state: { theme: { boxes: { 1: 2 } }, view: "grid" }, notify: (text) => said.push(text) };
  applyDecision(panel, { label: 1, skipped: false });
  assert.match(said[0], /labels are on boxes.*01_label_boxes/);
});
