import { keepKeys, openRoot, redraw } from "../shared/root.js";
import { onKey } from "./keys.js";
import { ExplorePanel } from "./state.js";
import { App } from "./views/app.jsx";

/** @import { View } from "../shared/root.js" */

/** @param {View} view */
function render(view) {
  const { model } = view;
  const { root, signal, close } = openRoot(view, "wb-explore", "Explore panel");
  /** @type {ExplorePanel} */
  const panel = new ExplorePanel(model, signal, root, () => redraw(<App panel={panel} />, root));
  keepKeys(root, (event) => onKey(panel, event));
  panel.begin();
  return close;
}

export default { render };
