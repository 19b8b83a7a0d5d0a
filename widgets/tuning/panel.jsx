import { keepKeys, openRoot, redraw } from "../shared/root.js";
import { App } from "./app.jsx";
import { TuningPanel } from "./state.js";

/** @import { View } from "../shared/root.js" */

/** @param {View} view */
function render(view) {
  const { model } = view;
  const { root, signal, close } = openRoot(view, "wb-watching wb-tuning", "Tuning panel");
  keepKeys(root);
  /** @type {TuningPanel} */
  const panel = new TuningPanel(model, signal, () => redraw(<App panel={panel} />, root));
  panel.begin();
  return close;
}

export default { render };
