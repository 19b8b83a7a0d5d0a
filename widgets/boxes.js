// @ts-check
/**
 * The box panel: a frame with progress, keys and messages around the drawing area of jupyter-bbox-widget, whose module
 * comes with the model as text.
 *
 * @typedef {{ get(name: string): any, set(name: string, value: any): void, save_changes(): void,
 *   send(content: any, callbacks?: any, buffers?: any): void, on(event: string, callback: () => void): void,
 *   off(event: string, callback: () => void): void }} Model
 */

/**
 * What a key asks for; nothing for the keys that the drawing area knows itself.
 *
 * @param {{ key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean }} event
 * @returns {"undo" | "next" | "previous" | null}
 */
export function actOf(event) {
  if (event.altKey) return null;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) return key === "z" ? "undo" : null;
  if (key === "u") return "undo";
  if (event.key === "ArrowRight") return "next";
  return event.key === "ArrowLeft" ? "previous" : null;
}

/**
 * The line that says how far the theme is.
 *
 * @param {Record<string, any>} heading
 */
export function progressText(heading) {
  const n = (/** @type {number} */ value) => Number(value ?? 0).toLocaleString("en-US");
  const done = Number(heading.submitted ?? 0);
  return `${n(done)} of ${n(heading.samples)} done, ${n(heading.skipped)} skipped, ${n(heading.boxes)} boxes`;
}

/**
 * The model as the drawing area sees it: every change and message tells which image it is about.
 *
 * @param {Model} model
 * @returns {Model}
 */
export function stamped(model) {
  return new Proxy(model, {
    get(target, name) {
      if (name === "set") {
        return (/** @type {string} */ key, /** @type {any} */ value, /** @type {any} */ options) => {
          if (key === "bboxes") target.set("drawn_on", target.get("sample"));
          // @ts-ignore - the third argument is the host's
          return target.set(key, value, options);
        };
      }
      if (name === "send") {
        return (/** @type {any} */ content, /** @type {any} */ callbacks, /** @type {any} */ buffers) =>
          target.send({ ...content, sample: target.get("sample") }, callbacks, buffers);
      }
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 */
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** @param {{ model: Model, el: HTMLElement }} context */
async function render({ model, el }) {
  const ends = new AbortController();
  const outer = stamped(model);
  const progress = element("span", { "data-count": "progress" });
  const name = element("span", { class: "wb-boxes-name", "data-name": "" });
  const annotator = element("span", { class: "wb-boxes-faint" });
  const status = element("div", { class: "wb-boxes-status", role: "status", "data-health": "" });
  const drawing = element("div", { class: "wb-boxes-drawing" });
  /** @param {string} text @param {string} act @param {string} hint */
  const button = (text, act, hint) => {
    const made = element("button", { type: "button", title: hint }, text);
    made.addEventListener("click", () => ask(act), { signal: ends.signal });
    return made;
  };
  const bar = element(
    "div", { class: "wb-boxes-bar" }, name, progress, annotator,
    button("previous", "previous", "Left arrow"), button("next", "next", "Right arrow"), button("undo", "undo", "U"),
  );
  const keys =
    "Drag to draw. 1-9 label, C relabel, Tab select, W A S D move, Q E R F resize, Delete, Enter submit, Space skip, " +
    "U undo, arrows go to the image before and after.";
  const root = element(
    "div",
    { class: "wb-boxes", role: "application", "data-lm-suppress-shortcuts": "true", "aria-label": model.get("title") },
    element("style", {}, model.get("inner_style")), bar, drawing, status,
    element("div", { class: "wb-boxes-faint" }, keys),
  );
  el.append(root);

  /** @param {string} act */
  function ask(act) {
    outer.send({ type: act });
    focusDrawing();
  }
  function focusDrawing() {
    const target = drawing.querySelector("[tabindex]");
    if (target instanceof HTMLElement) target.focus({ preventScroll: true });
  }
  function show() {
    const heading = model.get("heading");
    name.textContent = heading.name ? `${heading.name} (${heading.position} of ${heading.samples})` : "";
    progress.textContent = progressText(heading);
    annotator.textContent = `annotator: ${heading.annotator ?? ""}`;
    status.textContent = model.get("status");
    root.dataset.sample = String(model.get("sample"));
  }
  for (const trait of ["heading", "status", "sample"]) {
    model.on(`change:${trait}`, show);
    ends.signal.addEventListener("abort", () => model.off(`change:${trait}`, show));
  }
  // Before the drawing area sees it, and before JupyterLab does.
  root.addEventListener(
    "keydown",
    (event) => {
      const act = actOf(event);
      if (!act) return;
      event.preventDefault();
      event.stopPropagation();
      ask(act);
    },
    { capture: true, signal: ends.signal },
  );
  root.addEventListener("keydown", (event) => event.stopPropagation(), { signal: ends.signal });
  show();

  const url = URL.createObjectURL(new Blob([model.get("inner_module")], { type: "text/javascript" }));
  const inner = await import(url);
  URL.revokeObjectURL(url);
  const close = await inner.default.render({ model: outer, el: drawing });
  focusDrawing();
  return () => {
    ends.abort();
    close?.();
    root.remove();
  };
}

export default { render };
