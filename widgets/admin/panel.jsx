import { Link } from "../shared/messages.js";
import { keepKeys, openRoot, redraw } from "../shared/root.js";
import { App } from "./app.jsx";
import { AdminPanel } from "./state.js";

/** @import { View } from "../shared/root.js" */

/** @param {View} view */
function render(view) {
  const { model } = view;
  const { root, signal, close } = openRoot(view, "wb-label wb-admin", "Admin panel");
  /** @type {AdminPanel} */
  const panel = new AdminPanel(
    new Link(model, signal, {
      onHealth: (health) => panel.set({ health }),
      onProgress: (progress) => panel.set({ progress }),
    }),
    model.get("config").annotator,
    () => redraw(<App panel={panel} />, root),
  );
  keepKeys(root, (event) => {
    if (event.key === "Escape") panel.set({ question: null, notice: null });
  });
  panel.open("themes");
  return close;
}

export default { render };
