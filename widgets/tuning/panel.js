import { keepKeys, openRoot } from "../shared/root.js";
import { Desk } from "./desk.js";

/** @import { View } from "../shared/root.js" */

/** @param {View} view */
function render(view) {
  const { model } = view;
  const { root, signal, close } = openRoot(view, "wb-watching wb-tuning", "Tuning panel");
  keepKeys(root);
  const desk = new Desk(model, signal, root);
  desk.begin();
  return close;
}

export default { render };
