import { keepKeys, openRoot } from "../shared/root.js";
import { Desk } from "./desk.js";

/** @import { View } from "../shared/root.js" */

/** @param {View} view */
function render(view) {
  const { model } = view;
  const { root, signal, close } = openRoot(view, "wb-watching wb-training", "Training panel");
  keepKeys(root);
  const below = document.createElement("div");
  view.el.append(below);
  const desk = new Desk(model, signal, root, below);
  desk.begin();
  return () => {
    close();
    below.remove();
  };
}

export default { render };
