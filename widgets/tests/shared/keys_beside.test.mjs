import assert from "node:assert/strict";
import { test } from "node:test";
import { harmful } from "../../shared/keys_beside.js";

test("what destroys in a notebook's command mode is held back, its arrows and global shortcuts are not", () => {
  const press = (key, more = {}) => harmful({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });
  for (const key of ["d", "X", "0", "7", "i", "M", "Delete", "Backspace"]) assert.equal(press(key), true, key);
  for (const key of ["a", "ArrowDown", "Enter", "Escape"]) assert.equal(press(key), false, key);
  assert.equal(press("s", { ctrlKey: true }), false);
  assert.equal(press("z", { metaKey: true }), false);
});
