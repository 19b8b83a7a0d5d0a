import { Link } from "../shared/messages.js";
import { keepKeys, openRoot, redraw } from "../shared/root.js";
import { App } from "./app.jsx";
import { ModelsPanel } from "./state.js";

/** @import { View } from "../shared/root.js" */

/** @param {View} view */
function render(view) {
  const { model } = view;
  const { root, signal, close } = openRoot(view, "wb-label wb-models", "Models panel");
  const below = document.createElement("div");
  view.el.append(below);
  /** @type {ModelsPanel} */
  const panel = new ModelsPanel(
    new Link(model, signal, { onHealth: (health) => panel.set({ health }) }),
    model.get("config").theme,
    () => redraw(<App panel={panel} />, root),
    { model, signal, root, below },
  );
  keepKeys(root, (event) => {
    if (event.key === "Escape") panel.stepOut();
  });
  panel.load();
  return () => {
    close();
    below.remove();
  };
}

export default { render };
