import { h, render as draw } from "preact";
import { goHome, openTheme, showChosen } from "./browsing.js";
import { Desk } from "./desk.js";
import { onKey, run } from "./keyboard.js";
import { App } from "./views/app.js";

/** @import { Model } from "../link.js" */

/** Put the panel on the page under an accessible name. @param {{model: Model, el: HTMLElement, signal?: AbortSignal}} view @param {string} name */
export function mount({ model, el, signal }, name) {
  const controller = new AbortController();
  signal?.addEventListener("abort", () => controller.abort());
  const root = document.createElement("div");
  root.className = "wb-label";
  root.tabIndex = -1;
  root.setAttribute("role", "application");
  root.setAttribute("aria-label", name);
  root.dataset.lmSuppressShortcuts = "true";
  root.style.height = `${model.get("height")}px`;
  el.append(root);
  const desk = new Desk(model, controller.signal, () => draw(h(App, { desk }), root));
  desk.root = root;
  desk.run = (command) => run(desk, command);
  root.addEventListener("keydown", (event) => onKey(desk, event));
  watchFocus(desk, root, controller.signal);
  followChoice(desk, controller.signal);
  desk.changed();
  const theme = model.get("config").theme;
  const opened = theme === null ? goHome(desk) : openTheme(desk, theme);
  opened.then(() => takeFocus(desk, el));
  return () => {
    controller.abort();
    draw(null, root);
    root.remove();
  };
}

/** Show other samples when the notebook chooses them. @param {Desk} desk @param {AbortSignal} signal */
function followChoice(desk, signal) {
  const follow = () => {
    const { theme } = desk.model.get("config");
    desk.set({ chosen: desk.model.get("chosen") ?? null });
    if (desk.state.theme?.id !== theme) openTheme(desk, theme);
    else showChosen(desk, true);
  };
  desk.model.on("change:chosen", follow);
  signal.addEventListener("abort", () => desk.model.off("change:chosen", follow));
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
  if (!typing && (!active || active === document.body || active.closest(".jp-Notebook")?.contains(el))) desk.focusMain();
}

/** @param {{model: Model, el: HTMLElement, signal?: AbortSignal}} view */
function render(view) {
  return mount(view, "Label panel");
}

export default { render };
