import { keepKeys, openRoot, redraw } from "../shared/root.js";
import { App } from "./app.jsx";
import { Desk } from "./desk.js";

/** @import { View } from "../shared/root.js" */

/** @param {View} view */
function render(view) {
  const { model } = view;
  const { root, signal, close } = openRoot(view, "wb-watching wb-launch", "Launch panel");
  keepKeys(root);
  /** @type {Desk} */
  const desk = new Desk(model, signal, () => redraw(<App desk={desk} />, root));
  desk.begin();
  return close;
}

export default { render };
