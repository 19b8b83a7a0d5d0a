import { render as draw } from "preact";
import { followKernel } from "../shared/door.js";
import { plural } from "../shared/format.js";
import { guardKeys, watchKeys } from "../shared/keys_beside.js";
import { openRoot } from "../shared/root.js";
import { passes } from "../shared/shortcuts.js";
import { asideOf, commandOf, overviewCommandOf } from "./keys.js";
import { comeBack } from "./place.js";
import { drawThrough, followMouse, panImage, showWhole } from "./stage.js";
import { BoxPanel } from "./state.js";
import { App } from "./views/app.jsx";

/** @import { View } from "../shared/root.js" */
/** @import { Model } from "./surface.js" */

/** @param {View & {model: Model}} view */
async function render(view) {
  const { model } = view;
  const { root, signal, close: leave } = openRoot(view, "wb-label wb-boxes", "Box panel");
  const style = document.createElement("style");
  style.textContent = model.get("inner_style");
  const frame = document.createElement("div");
  frame.className = "wb-boxes-frame";
  root.append(style, frame);
  const stage = document.createElement("div");
  stage.className = "wb-boxes-drawing";

  /** @type {BoxPanel} */
  const panel = new BoxPanel(model, signal, () => {
    if (signal.aborted) return;
    root.dataset.sample = String(model.get("sample"));
    draw(<App panel={panel} stage={stage} />, frame);
    describe(stage, panel);
  });
  panel.root = root;
  listen(root, stage, panel, signal);
  watchKeys(root, signal, (here) => {
    panel.hasFocus = here;
    panel.draw();
  });
  guardKeys(root, signal, () => panel.draw());
  panel.draw();

  const url = URL.createObjectURL(new Blob([model.get("inner_module")], { type: "text/javascript" }));
  const inner = await import(url);
  URL.revokeObjectURL(url);
  if (signal.aborted) return;
  const close = await inner.default.render({ model: panel.surface, el: stage });
  describe(stage, panel);
  showWhole(stage, panel, signal);
  followMouse(stage, signal);
  drawThrough(stage, panel, signal);
  panImage(stage, panel, signal);
  if (!panel.asking) panel.focusMain();
  if (model.get("door")) followKernel({ health: () => panel.health, signal });
  comeBack(panel);
  panel.recover();
  return () => {
    close?.();
    draw(null, frame);
    leave();
  };
}

/** Say what the drawing area is to who does not see it. @param {HTMLElement} stage @param {BoxPanel} panel */
function describe(stage, panel) {
  const area = stage.querySelector("[tabindex]");
  const boxes = plural(panel.surface.boxes.length, "box", "boxes");
  area?.setAttribute("role", "group");
  area?.setAttribute(
    "aria-label",
    `${panel.get("heading").name ?? "No image"}, ${boxes}: Tab selects a box, ? lists the keys, Escape shows all images`,
  );
}

/** Press a key in the drawing area. @param {HTMLElement} stage @param {string} code @param {boolean} [shiftKey] */
function pressInArea(stage, code, shiftKey = false) {
  const area = stage.querySelector("[tabindex]");
  // Under the name of its code: our own listener, which it passes, knows no such key.
  for (const name of ["keydown", "keyup"]) area?.dispatchEvent(new KeyboardEvent(name, { code, key: code, shiftKey }));
}

/** @param {BoxPanel} panel @param {import("./keys.js").OverviewCommand} command @returns {boolean} Whether it is one. */
function runInOverview(panel, command) {
  const { overview, filter } = panel;
  if (command === null) return false;
  if (command === "undo") panel.run("undo");
  else if (command === "help") panel.open("help");
  else if (command === "open") panel.showImage(overview.current?.id);
  else if (command === "first") overview.move(filter, -overview.cursor);
  else if (command === "last") overview.move(filter, overview.images.length - 1 - overview.cursor);
  else if ("by" in command) overview.move(filter, command.by);
  else if ("rows" in command) overview.move(filter, command.rows * overview.columns);
  else overview.turn(filter, command.page).catch(() => undefined);
  return true;
}

/** @param {HTMLElement} root @param {HTMLElement} stage @param {BoxPanel} panel @param {AbortSignal} signal */
function listen(root, stage, panel, signal) {
  // Before the drawing area sees a key, and before JupyterLab does.
  root.addEventListener(
    "keydown",
    (event) => {
      if (passes(event)) {
        // The drawing area would swallow it: let the notebook have it.
        event.stopPropagation();
        if (!root.parentElement?.dispatchEvent(new KeyboardEvent("keydown", event))) event.preventDefault();
        return;
      }
      // What lies behind a dialog is not changed while it is open; its keys are its own.
      if (panel.asking) {
        if (event.key === "?" && panel.dialog === "help") panel.closeDialog();
        return;
      }
      const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
      if (typing) {
        if (event.key === "Escape" || event.key === "Enter") queueMicrotask(() => panel.focusMain());
        return;
      }
      const onButton = event.target instanceof HTMLButtonElement && ["Enter", " "].includes(event.key);
      if (panel.view === "overview") {
        if (!onButton && runInOverview(panel, overviewCommandOf(event))) event.preventDefault();
        return;
      }
      if (!panel.get("sample")) return;
      const aside = asideOf(event, panel.labels());
      if (aside) {
        event.preventDefault();
        event.stopPropagation();
        if ("label" in aside) panel.surface.choose(aside.label);
        else pressInArea(stage, aside.area, event.shiftKey);
        return;
      }
      const command = onButton ? null : commandOf(event);
      if (!command) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.repeat && (command === "submit" || command === "skip")) return;
      if (command === "help") {
        panel.open("help");
      } else if (command === "delete") {
        pressInArea(stage, "Delete");
      } else if (command !== "none") panel.run(command);
    },
    { capture: true, signal },
  );
  root.addEventListener("keydown", (event) => event.stopPropagation(), { signal });
  root.addEventListener(
    "click",
    (event) => {
      if (event.target instanceof HTMLElement && event.target.closest("button") && !panel.asking) panel.focusMain();
    },
    { signal },
  );
}

export default { render };
