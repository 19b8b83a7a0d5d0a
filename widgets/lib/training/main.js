import { render as draw } from "preact";
import { Desk } from "./desk.js";

/** @import { Model } from "../link.js" */

/** @param {{model: Model, el: HTMLElement, signal?: AbortSignal}} view */
function render({ model, el, signal }) {
  const controller = new AbortController();
  signal?.addEventListener("abort", () => controller.abort());
  const root = document.createElement("div");
  root.className = "wb-training";
  root.tabIndex = -1;
  root.setAttribute("role", "application");
  root.setAttribute("aria-label", "Training panel");
  root.dataset.lmSuppressShortcuts = "true";
  root.style.height = `${model.get("height")}px`;
  // Keys pressed on a button must not reach the notebook, where letters are commands.
  root.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey && event.key === "s")) event.stopPropagation();
  });
  const below = document.createElement("div");
  el.append(root, below);
  const desk = new Desk(model, controller.signal, root, below);
  desk.begin();
  return () => {
    controller.abort();
    draw(null, root);
    root.remove();
    below.remove();
  };
}

export default { render };
