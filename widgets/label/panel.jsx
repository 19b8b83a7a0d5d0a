import { render as draw } from "preact";
import { keepKeys, openRoot } from "../shared/root.js";
import { hear } from "../shared/watching.js";
import { goHome, openTheme, showChosen } from "./browsing.js";
import { Desk } from "./desk.js";
import { onKey, run } from "./keyboard.js";
import { App } from "./views/app.jsx";

/** @import { View } from "../shared/root.js" */

/** Put the panel on the page under an accessible name. @param {View} view @param {string} name */
export function mount(view, name) {
  const { model, el } = view;
  const { root, signal, close } = openRoot(view, "wb-label", name);
  const desk = new Desk(model, signal, () => draw(<App desk={desk} />, root));
  desk.root = root;
  desk.run = (command) => run(desk, command);
  keepKeys(root, (event) => onKey(desk, event));
  watchFocus(desk, root, signal);
  followChoice(desk, signal);
  desk.changed();
  const theme = model.get("config").theme;
  const opened = theme === null ? goHome(desk) : openTheme(desk, theme);
  opened.then(() => takeFocus(desk, el));
  return close;
}

/** Show other samples when the notebook chooses them. @param {Desk} desk @param {AbortSignal} signal */
function followChoice(desk, signal) {
  /** @param {import("./desk.js").Choice | null} chosen */
  const follow = (chosen) => {
    const { theme } = desk.model.get("config");
    desk.set({ chosen: chosen ?? null });
    if (desk.state.theme?.id !== theme) openTheme(desk, theme);
    else showChosen(desk, true);
  };
  hear(desk.model, signal, { chosen: follow });
}

/** Know whether the person is in the panel, also when what was focused is gone from the page. @param {Desk} desk @param {HTMLElement} root @param {AbortSignal} signal */
function watchFocus(desk, root, signal) {
  /** @param {Event} event */
  const look = (event) => {
    desk.hasFocus = event.composedPath().includes(root);
  };
  document.addEventListener("focusin", look, { signal, capture: true });
  document.addEventListener("pointerdown", look, { signal, capture: true });
}

/** Running a cell moves the focus to the notebook; a person who just ran this one wants to press keys. @param {Desk} desk @param {HTMLElement} el */
function takeFocus(desk, el) {
  const active = document.activeElement;
  const typing = active?.closest("input, textarea, select, [contenteditable=true]");
  if (!typing && (!active || active === document.body || active.closest(".jp-Notebook")?.contains(el)))
    desk.focusMain();
}

/** @param {View} view */
function render(view) {
  return mount(view, "Label panel");
}

export default { render };
