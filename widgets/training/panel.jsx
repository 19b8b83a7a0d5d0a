import { keepKeys, openRoot, redraw } from "../shared/root.js";
import { App } from "./app.jsx";
import { TrainingPanel } from "./state.js";

/** @import { View } from "../shared/root.js" */

/** @param {View} view */
function render(view) {
  const { model } = view;
  const { root, signal, close } = openRoot(view, "wb-watching wb-training", "Training panel");
  keepKeys(root);
  const below = document.createElement("div");
  view.el.append(below);
  /** @type {TrainingPanel} */
  const panel = new TrainingPanel(model, signal, root, below, () => redraw(<App panel={panel} />, root));
  panel.begin();
  return () => {
    close();
    below.remove();
  };
}

export default { render };
