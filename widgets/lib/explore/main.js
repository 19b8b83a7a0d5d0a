import { render as draw } from "preact";
import { Desk } from "./desk.js";
import { onKey } from "./keys.js";
import { App } from "./views/app.js";

/** @import { Model } from "../link.js" */

/** @param {{model: Model, el: HTMLElement, signal?: AbortSignal}} view */
function render({ model, el, signal }) {
  const controller = new AbortController();
  signal?.addEventListener("abort", () => controller.abort());
  const root = document.createElement("div");
  root.className = "wb-explore";
  root.tabIndex = -1;
  root.setAttribute("role", "application");
  root.setAttribute("aria-label", "Explore panel");
  root.dataset.lmSuppressShortcuts = "true";
  root.style.height = `${model.get("height")}px`;
  el.append(root);
  const desk = new Desk(model, controller.signal, root, App);
  root.addEventListener("keydown", (event) => onKey(desk, event));
  desk.begin();
  return () => {
    controller.abort();
    draw(null, root);
    root.remove();
  };
}

export default { render };
