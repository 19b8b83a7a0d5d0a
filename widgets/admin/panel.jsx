import { Link } from "../shared/link.js";
import { keepKeys, openRoot, redraw } from "../shared/root.js";
import { App } from "./app.jsx";
import { Desk } from "./desk.js";

/** @import { View } from "../shared/root.js" */

/** @param {View} view */
function render(view) {
  const { model } = view;
  const { root, signal, close } = openRoot(view, "wb-label wb-admin", "Admin panel");
  /** @type {Desk} */
  const desk = new Desk(
    new Link(model, signal, { onHealth: (health) => desk.set({ health }) }),
    model.get("config").annotator,
    () => redraw(<App desk={desk} />, root),
  );
  keepKeys(root, (event) => {
    if (event.key === "Escape") desk.set({ question: null, notice: null });
  });
  desk.open("themes");
  return close;
}

export default { render };
