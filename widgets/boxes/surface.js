/**
 * The model as the drawing area of jupyter-bbox-widget sees it. What a person draws, selects and chooses stays in the
 * browser and is passed to `onDrawn`: as synced traits they would meet what the kernel sends for the next image.
 *
 * @typedef {import("../shared/messages.js").Model & {set(name: string, value: any): void, save_changes(): void}} Model
 * @import { DrawnBox } from "./messages.js"
 */

const OWN = ["bboxes", "selected_index", "label"];

export class Surface {
  /** @param {Model} model @param {(boxes: DrawnBox[]) => void} onDrawn @param {() => void} onChange */
  constructor(model, onDrawn, onChange) {
    this.model = model;
    this.onDrawn = onDrawn;
    this.onChange = onChange;
    this.released = false;
    /** The boxes that the kernel knows of, as text. */
    this.told = "";
    /** @type {Record<string, any>} */
    this.values = { selected_index: -1, label: model.get("label"), bboxes: copied(model.get("bboxes")) };
    /** @type {Map<string, Set<() => void>>} */
    this.listeners = new Map();
    this.told = JSON.stringify(this.values.bboxes);
  }

  /** @returns {DrawnBox[]} */
  get boxes() {
    return copied(this.values.bboxes);
  }

  /** Show what the kernel says is on the image, or other boxes. @param {DrawnBox[]} [boxes] */
  reset(boxes) {
    this.#put("selected_index", -1);
    this.#put("bboxes", copied(boxes ?? this.model.get("bboxes")));
    this.told = JSON.stringify(this.values.bboxes);
  }

  /** @param {string} label */
  choose(label) {
    this.#put("label", label);
  }

  /** @param {string} name @param {any} value */
  #put(name, value) {
    this.values[name] = value;
    this.#tell(name);
    this.onChange();
  }

  /** @param {string} name */
  #tell(name) {
    for (const listener of this.listeners.get(`change:${name}`) ?? []) listener();
  }

  /** @param {string} name */
  get(name) {
    return OWN.includes(name) ? this.values[name] : this.model.get(name);
  }

  /**
   * The drawing area sets boxes silently, then aloud, when the mouse is let go; only then is one without area a slip
   * of the hand and not one that is about to be drawn.
   * @param {string} name @param {any} value @param {{silent?: boolean}} [options]
   */
  set(name, value, options) {
    if (!OWN.includes(name)) return this.model.set(name, value);
    if (options?.silent) {
      this.released = true;
      return;
    }
    // With every change of the labels the drawing area goes back to the first one: what a person chose stays.
    if (name === "label" && this.model.get("classes").includes(this.values.label)) return this.#tell(name);
    if (name !== "bboxes") return this.#put(name, value);
    const boxes = this.released ? value.filter(hasArea) : value;
    this.released = false;
    this.#put(name, boxes);
    const text = JSON.stringify(boxes);
    if (text === this.told || !boxes.every(hasArea)) return;
    this.told = text;
    this.onDrawn(this.boxes);
  }

  /** Nothing of what is drawn is synced as a trait. */
  save_changes() {}

  /** The frame has its own buttons and keys for what the drawing area would send. */
  send() {}

  /** @param {string} event @param {() => void} callback */
  on(event, callback) {
    if (!OWN.includes(event.replace("change:", ""))) return this.model.on(event, callback);
    if (!this.listeners.has(event)) this.listeners.set(event, new Set());
    this.listeners.get(event)?.add(callback);
  }

  /** @param {string} event @param {() => void} callback */
  off(event, callback) {
    this.listeners.get(event)?.delete(callback);
    this.model.off(event, callback);
  }
}

/** @param {DrawnBox} box */
function hasArea(box) {
  return box.width > 0 && box.height > 0;
}

/** @param {DrawnBox[]} boxes @returns {DrawnBox[]} */
function copied(boxes) {
  return (boxes ?? []).map(({ label, x, y, width, height }) => ({ label, x, y, width, height }));
}
