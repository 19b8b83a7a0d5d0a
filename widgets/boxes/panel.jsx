import { render as draw } from "preact";
import { followKernel } from "../shared/door.js";
import { plural } from "../shared/format.js";
import { guardKeys, watchKeys } from "../shared/keys_beside.js";
import { openRoot } from "../shared/root.js";
import { passes } from "../shared/shortcuts.js";
import { App } from "./app.jsx";
import { fit } from "./fit.js";
import { asideOf, commandOf } from "./keys.js";
import { BoxPanel } from "./state.js";

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
  panel.focus = () => {
    const target = stage.querySelector("[tabindex]");
    if (target instanceof HTMLElement) target.focus({ preventScroll: true });
  };
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
  if (!panel.askName) panel.focus();
  if (model.get("door")) followKernel({ health: () => panel.health, signal });
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
    `${panel.get("heading").name ?? "No image"}, ${boxes}: Tab selects a box, ? lists the keys, Escape leaves`,
  );
}

/** Show the image as large as there is room for it. @param {HTMLElement} stage @param {BoxPanel} panel @param {AbortSignal} signal */
function showWhole(stage, panel, signal) {
  const image = stage.querySelector("img");
  if (!image) return;
  const resize = () => {
    if (!image.naturalWidth) return;
    const size = { width: image.naturalWidth, height: image.naturalHeight };
    const { width: whole, crisp } = fit(size, { width: stage.clientWidth - 40, height: stage.clientHeight - 40 });
    image.style.width = `${Math.round(whole * panel.zoom)}px`;
    image.style.imageRendering = crisp || (whole * panel.zoom) / size.width >= 3 ? "pixelated" : "";
  };
  panel.resize = resize;
  stage.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const from = image.getBoundingClientRect();
      const [x, y] = [(event.clientX - from.left) / from.width, (event.clientY - from.top) / from.height];
      panel.zoomBy(Math.exp(-Math.max(-100, Math.min(100, event.deltaY)) / 400));
      // What lies under the pointer stays there.
      const to = image.getBoundingClientRect();
      stage.scrollLeft += to.left + x * to.width - event.clientX;
      stage.scrollTop += to.top + y * to.height - event.clientY;
    },
    { passive: false, signal },
  );
  const painted = () => {
    resize();
    panel.painted = true;
  };
  image.addEventListener("load", painted, { signal });
  image.addEventListener(
    "error",
    () => {
      panel.painted = true;
    },
    { signal },
  );
  if (image.complete && image.naturalWidth) painted();
  const watch = new ResizeObserver(resize);
  watch.observe(stage);
  signal.addEventListener("abort", () => watch.disconnect());
}

/**
 * A box may be drawn over the edge: the drawing area goes on to hear of the mouse when it leaves the image, and that it
 * was let go.
 * @param {HTMLElement} stage @param {AbortSignal} signal
 */
function followMouse(stage, signal) {
  let dragging = false;
  stage.addEventListener(
    "mousedown",
    (event) => {
      dragging = event.button === 0 && event.target instanceof Element && event.target.closest("svg") !== null;
    },
    { capture: true, signal },
  );
  for (const name of /** @type {const} */ (["mousemove", "mouseup"])) {
    document.addEventListener(
      name,
      (event) => {
        const svg = stage.querySelector("svg");
        if (!dragging) return;
        if (name === "mouseup") dragging = false;
        if (svg && event.target instanceof Node && !svg.contains(event.target))
          svg.dispatchEvent(new MouseEvent(name, event));
      },
      { capture: true, signal },
    );
  }
}

/** Press a key in the drawing area. @param {HTMLElement} stage @param {string} code @param {boolean} [shiftKey] */
function pressInArea(stage, code, shiftKey = false) {
  const area = stage.querySelector("[tabindex]");
  // Under the name of its code: our own listener, which it passes, knows no such key.
  for (const name of ["keydown", "keyup"]) area?.dispatchEvent(new KeyboardEvent(name, { code, key: code, shiftKey }));
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
      // What lies behind the list of keys is not changed while it is read.
      if (panel.help) {
        if (event.key === "Escape" || event.key === "?") panel.showHelp(false);
        return;
      }
      const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
      if (typing) {
        if (event.key === "Escape" || event.key === "Enter") queueMicrotask(() => panel.focus?.());
        return;
      }
      const aside = asideOf(event, panel.labels());
      if (aside) {
        event.preventDefault();
        event.stopPropagation();
        if ("label" in aside) panel.surface.choose(aside.label);
        else pressInArea(stage, aside.area, event.shiftKey);
        return;
      }
      const command =
        event.target instanceof HTMLButtonElement && ["Enter", " "].includes(event.key) ? null : commandOf(event);
      if (!command) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.repeat && (command === "submit" || command === "skip")) return;
      if (command === "help") {
        panel.showHelp(true);
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
      if (event.target instanceof HTMLElement && event.target.closest("button") && !panel.help) panel.focus?.();
    },
    { signal },
  );
}

export default { render };
