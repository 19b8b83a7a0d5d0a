import { keepKeys, openRoot, redraw } from "../shared/root.js";
import { App } from "./app.jsx";
import { LaunchPanel } from "./state.js";

/** @import { View } from "../shared/root.js" */

/** @param {View} view */
function render(view) {
  const { model } = view;
  const { root, signal, close } = openRoot(view, "wb-watching wb-launch", "Launch panel");
  keepKeys(root);
  const below = document.createElement("div");
  view.el.append(below);
  /** @type {LaunchPanel} */
  const panel = new LaunchPanel(model, signal, root, below, () => redraw(<App panel={panel} />, root));
  panel.begin();
  return () => {
    close();
    below.remove();
  };
}

export default { render };
