/** The drawing area of jupyter-bbox-widget on the page: its size, and what the mouse does in it. */

import { fit } from "./fit.js";

/** @import { BoxPanel } from "./state.js" */

/** Show the image as large as there is room for it. @param {HTMLElement} stage @param {BoxPanel} panel @param {AbortSignal} signal */
export function showWhole(stage, panel, signal) {
  const image = stage.querySelector("img");
  if (!image) return;
  const resize = () => {
    if (!image.naturalWidth) return;
    const size = { width: image.naturalWidth, height: image.naturalHeight };
    const { width: whole, crisp } = fit(size, { width: stage.clientWidth - 40, height: stage.clientHeight - 40 });
    image.style.width = `${Math.round(whole * panel.zoom)}px`;
    const squares = panel.exact ?? (crisp || (whole * panel.zoom) / size.width >= 3);
    image.style.imageRendering = squares ? "pixelated" : "";
  };
  panel.resize = resize;
  panel.pan = (x, y) => stage.scrollBy(-x, -y);
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
export function followMouse(stage, signal) {
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

/**
 * With Shift a box is drawn where another one lies, which would be moved else: the press goes past it. It is taken at the
 * window, without the Shift, since JupyterLab begins to select cells with that and keeps the mouse to itself.
 * @param {HTMLElement} stage @param {BoxPanel} panel @param {AbortSignal} signal
 */
export function drawThrough(stage, panel, signal) {
  window.addEventListener(
    "mousedown",
    (event) => {
      const svg = event.target instanceof Element && stage.contains(event.target) && event.target.closest("svg");
      if (!svg || !event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      panel.focusMain();
      const { clientX, clientY } = event;
      svg.dispatchEvent(
        new MouseEvent("mousedown", { bubbles: true, cancelable: true, view: window, buttons: 1, clientX, clientY }),
      );
    },
    { capture: true, signal },
  );
}

/** Move an enlarged image with the middle button, with Ctrl, or by what lies around it. @param {HTMLElement} stage @param {BoxPanel} panel @param {AbortSignal} signal */
export function panImage(stage, panel, signal) {
  /** @type {{x: number, y: number} | null} */
  let from = null;
  stage.addEventListener(
    "mousedown",
    (event) => {
      const beside = event.target instanceof Element && event.target.closest(".image") === null;
      const pans = event.button === 1 || (event.button === 0 && (event.ctrlKey || event.metaKey || beside));
      if (!pans || onScrollbar(stage, event)) return;
      event.preventDefault();
      event.stopPropagation();
      from = { x: event.clientX, y: event.clientY };
      stage.classList.add("wb-panning");
      panel.focusMain();
    },
    { capture: true, signal },
  );
  document.addEventListener(
    "mousemove",
    (event) => {
      if (!from) return;
      event.preventDefault();
      event.stopPropagation();
      panel.pan(event.clientX - from.x, event.clientY - from.y);
      from = { x: event.clientX, y: event.clientY };
    },
    { capture: true, signal },
  );
  document.addEventListener(
    "mouseup",
    () => {
      from = null;
      stage.classList.remove("wb-panning");
    },
    { capture: true, signal },
  );
}

/** @param {HTMLElement} stage @param {MouseEvent} event */
function onScrollbar(stage, event) {
  const { left, top } = stage.getBoundingClientRect();
  return event.clientX - left >= stage.clientWidth || event.clientY - top >= stage.clientHeight;
}
