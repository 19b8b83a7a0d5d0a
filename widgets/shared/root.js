import { render as draw } from "preact";
import { rememberClicks } from "./clicks.js";
import { setFull, whenOnPage } from "./full_window.js";
import { passes } from "./shortcuts.js";

/** @import { Model } from "./messages.js" */

/** @typedef {{model: Model, el: HTMLElement, signal?: AbortSignal}} View What anywidget gives to draw a view of a widget. */

/**
 * Put the element that a panel lives in on the page. A screen reader knows it by its name, and JupyterLab as an element whose
 * keys are its own.
 * @param {View} view @param {string} classes @param {string} name
 * @returns {{root: HTMLElement, signal: AbortSignal, close: () => void}} `close` takes it off the page and ends the signal.
 */
export function openRoot({ model, el, signal }, classes, name) {
  const ends = new AbortController();
  signal?.addEventListener("abort", () => ends.abort());
  const root = document.createElement("div");
  root.className = classes;
  root.tabIndex = -1;
  root.setAttribute("role", "application");
  root.setAttribute("aria-label", name);
  root.dataset.lmSuppressShortcuts = "true";
  // Without a height of its own a panel takes the window's, but for what JupyterLab has above and below a notebook.
  root.style.height = model.get("height") > 0 ? `${model.get("height")}px` : "calc(100vh - 146px)";
  el.append(root);
  rememberClicks(root, ends.signal);
  if (model.get("door")) whenOnPage(root, ends.signal, () => setFull(root, true));
  const close = () => {
    ends.abort();
    draw(null, root);
    root.remove();
  };
  return { root, signal: ends.signal, close };
}

/**
 * Redraw a panel. The element that had the focus may be gone: the panel gets it then, so that the keys do
 * not fall through to the notebook.
 * @param {import("preact").VNode} what @param {HTMLElement} root
 */
export function redraw(what, root) {
  const had = root.contains(document.activeElement);
  draw(what, root);
  if (had && !root.contains(document.activeElement)) root.focus({ preventScroll: true });
}

/** Keep keys from the notebook, where letters are commands, but for its global shortcuts. @param {HTMLElement} root @param {(event: KeyboardEvent) => void} [onKey] Gets what is kept. */
export function keepKeys(root, onKey = () => undefined) {
  root.addEventListener("keydown", (event) => {
    if (passes(event)) return letThrough(root);
    event.stopPropagation();
    onKey(event);
  });
}

/** Lift the attribute that keeps JupyterLab's shortcuts away for as long as this one event is under way. @param {HTMLElement} root */
function letThrough(root) {
  root.removeAttribute("data-lm-suppress-shortcuts");
  setTimeout(() => root.setAttribute("data-lm-suppress-shortcuts", "true"), 0);
}
