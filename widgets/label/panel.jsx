import { render as draw } from "preact";
import { followKernel } from "../shared/door.js";
import { whenOnPage } from "../shared/full_window.js";
import { guardKeys, watchKeys } from "../shared/keys_beside.js";
import { onTraits } from "../shared/polling.js";
import { keepKeys, openRoot } from "../shared/root.js";
import { comeBack, openTheme, showChosen } from "./browsing.js";
import { onKey, run } from "./commands.js";
import { keepPlace } from "./place.js";
import { LabelPanel } from "./state.js";
import { App } from "./views/app.jsx";

/** @import { View } from "../shared/root.js" */

/** Put the panel on the page under an accessible name. @param {View} view @param {string} name */
export function mount(view, name) {
  const { model, el } = view;
  const { root, signal, close } = openRoot(view, "wb-label", name);
  const panel = new LabelPanel(model, signal, () => draw(<App panel={panel} />, root));
  panel.root = root;
  panel.run = (command) => run(panel, command);
  keepKeys(root, (event) => onKey(panel, event));
  watchFocus(panel, root, signal);
  followChoice(panel, signal);
  keepPlace(panel);
  panel.changed();
  if (model.get("config").ask_name && !panel.recall("annotator", "")) panel.set({ dialog: { name: "name" } });
  if (model.get("door")) followKernel({ health: () => panel.state.health, signal });
  whenOnPage(root, signal, () => focusDialog(panel));
  comeBack(panel).then(() => takeFocus(panel, el));
  panel.sendLeftOver().catch((error) => panel.notifyError(error));
  return close;
}

/** Show other samples when the notebook chooses them. @param {LabelPanel} panel @param {AbortSignal} signal */
function followChoice(panel, signal) {
  /** @param {import("./state.js").Choice | null} chosen */
  const follow = (chosen) => {
    const { theme } = panel.model.get("config");
    panel.set({ chosen: chosen ?? null });
    if (panel.state.theme?.id !== theme) openTheme(panel, theme);
    else showChosen(panel, true);
  };
  onTraits(panel.model, signal, { chosen: follow });
}

/** Know whether the person is in the panel, also when what was focused is gone from the page. @param {LabelPanel} panel @param {HTMLElement} root @param {AbortSignal} signal */
function watchFocus(panel, root, signal) {
  watchKeys(root, signal, (here) => {
    panel.hasFocus = here;
    panel.changedBeside();
  });
  guardKeys(root, signal, () =>
    panel.notify("That key went to the notebook, which was kept from it. Click into the panel, then it labels."),
  );
}

/** Running a cell moves the focus to the notebook; a person who just ran this one wants to press keys. @param {LabelPanel} panel @param {HTMLElement} el */
function takeFocus(panel, el) {
  const active = document.activeElement;
  const typing = active?.closest("input, textarea, select, [contenteditable=true]");
  if (
    !focusDialog(panel) &&
    !typing &&
    (!active || active === document.body || active.closest(".jp-Notebook")?.contains(el))
  ) {
    panel.focusMain();
    // All of it, as far as the window has room: the first act is a key, not scrolling.
    panel.root?.scrollIntoView({ block: "nearest" });
  }
}

/** A dialog that was drawn before the panel stood on the page could not take the focus. @param {LabelPanel} panel @returns {boolean} Whether there is one. */
function focusDialog(panel) {
  const asked = /** @type {HTMLElement | null} */ (panel.root?.querySelector("[role=dialog] input") ?? null);
  asked?.focus({ preventScroll: true });
  return asked !== null;
}

/** @param {View} view */
function render(view) {
  return mount(view, "Label panel");
}

export default { render };
