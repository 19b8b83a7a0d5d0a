import { h, render as draw } from "preact";
import { Link } from "../link.js";
import { passes } from "../label/keys.js";
import { App } from "./app.js";
import { Desk } from "./desk.js";

/** @import { Model } from "../link.js" */

/** @param {{model: Model, el: HTMLElement, signal?: AbortSignal}} view */
function render({ model, el, signal }) {
  const controller = new AbortController();
  signal?.addEventListener("abort", () => controller.abort());
  const root = document.createElement("div");
  root.className = "wb-label wb-admin";
  root.tabIndex = -1;
  root.setAttribute("role", "application");
  root.setAttribute("aria-label", "Admin panel");
  root.dataset.lmSuppressShortcuts = "true";
  root.style.height = `${model.get("height")}px`;
  el.append(root);
  /** @type {Desk} */
  const desk = new Desk(
    new Link(model, controller.signal, { onHealth: (health) => desk.set({ health }) }),
    model.get("config").annotator,
    () => draw(h(App, { desk }), root),
  );
  root.addEventListener("keydown", (event) => {
    if (passes(event)) return;
    event.stopPropagation();
    if (event.key === "Escape") desk.set({ question: null, notice: null });
  });
  desk.open("themes");
  return () => {
    controller.abort();
    draw(null, root);
    root.remove();
  };
}

export default { render };
