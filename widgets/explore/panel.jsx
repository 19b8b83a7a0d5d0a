import { keepKeys, openRoot, redraw } from "../shared/root.js";
import { Desk } from "./desk.js";
import { onKey } from "./keys.js";
import { App } from "./views/app.jsx";

/** @import { View } from "../shared/root.js" */

/** @param {View} view */
function render(view) {
  const { model } = view;
  const { root, signal, close } = openRoot(view, "wb-explore", "Explore panel");
  /** @type {Desk} */
  const desk = new Desk(model, signal, root, () => redraw(<App desk={desk} />, root));
  keepKeys(root, (event) => onKey(desk, event));
  desk.begin();
  return close;
}

export default { render };
