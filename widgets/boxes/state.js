import { browserStorage, Journal, newKey } from "../shared/journal.js";
import { Link } from "../shared/messages.js";
import { message, onTraits } from "../shared/polling.js";
import { Surface } from "./surface.js";

/** @import { Health } from "../shared/messages.js" */
/** @import { Command } from "./keys.js" */
/** @import { BoxCalls, Drawing, DrawingAnswer, DrawnBox } from "./messages.js" */
/** @import { Model } from "./surface.js" */

const MOST_ZOOM = 16;
const RETRY_MS = 6000;

/** The annotator's name as the label panel keeps it. @param {string} store */
function preference(store) {
  try {
    return JSON.parse(localStorage.getItem(`workbench/label/${store}/annotator`) ?? '""');
  } catch {
    return "";
  }
}

/** @param {string} store @param {string} name */
function keepPreference(store, name) {
  try {
    localStorage.setItem(`workbench/label/${store}/annotator`, JSON.stringify(name));
  } catch {
    // The next page asks once more.
  }
}

/** What the panel knows of the image that is shown, and what it asks of the kernel. */
export class BoxPanel {
  /** @param {Model} model @param {AbortSignal} signal @param {() => void} draw */
  constructor(model, signal, draw) {
    this.model = model;
    this.signal = signal;
    this.draw = draw;
    this.surface = new Surface(model, (boxes) => this.#drawn(boxes), draw);
    /** Drawings that the kernel is not known to have, in order. @type {Drawing[]} */
    this.unsaved = [];
    /** Keys of drawings that the kernel cannot save before a person has changed them. @type {Set<string>} */
    this.refused = new Set();
    /** Keys of submitted images without an answer, by image. @type {Map<string, number>} */
    this.submitted = new Map();
    /** @type {Health} */
    this.health = "live";
    /** @type {Link<BoxCalls>} */
    this.link = new Link(model, signal, { onHealth: (health) => this.#setHealth(health) });
    /** What the last answer says. */
    this.status = model.get("status");
    this.help = false;
    /** Whether keys reach the panel. */
    this.hasFocus = false;
    /** The name that this browser gave before, also in the label panel; it is asked for once. */
    this.named = preference(model.get("store_key"));
    this.askName = model.get("ask_name") && this.named === "";
    if (model.get("ask_name") && this.named !== "") queueMicrotask(() => this.setAnnotator(this.named));
    /** How much larger the image is shown than it fits. */
    this.zoom = 1;
    /** Lays the image out anew at another zoom. @type {() => void} */
    this.resize = () => undefined;
    /** Whether the image stands on the screen: nothing is decided about one that nobody has seen. */
    this.painted = false;
    /** The id of every label by each name that it had here. @type {Map<string, number>} */
    this.labelIds = new Map();
    this.#learnLabels();
    /** The element that the panel lives in. @type {HTMLElement | null} */
    this.root = null;
    /** Puts the keyboard into the drawing area. @type {(() => void) | null} */
    this.focus = null;
    this.journal = this.#openJournal();
    onTraits(model, signal, {
      label_ids: () => this.#learnLabels(),
      shown: () => this.#show(),
      image_bytes: () => {
        this.painted = false;
        this.zoom = 1;
      },
      heading: () => this.#followTheme(),
      status: (status) => this.#say(status),
      per_label: draw,
      conflict: draw,
      classes: draw,
      label_keys: draw,
      themes: draw,
    });
  }

  /** @param {boolean} help */
  showHelp(help) {
    this.help = help;
    this.draw();
  }

  /** Work under a name from now on. @param {string} annotator */
  setAnnotator(annotator) {
    this.askName = false;
    keepPreference(this.model.get("store_key"), annotator);
    this.ask("annotator", { annotator });
    this.draw();
    this.focus?.();
  }

  /** @param {string} name */
  get(name) {
    return this.model.get(name);
  }

  /** Send what an earlier page or kernel left unsaved. */
  recover() {
    for (const entry of this.journal.entries()) this.#save(/** @type {any} */ (entry), "recover");
  }

  /** Show the image larger or smaller, but not smaller than it fits. @param {number} factor 0 fits it. */
  zoomBy(factor) {
    this.zoom = Math.max(1, Math.min(MOST_ZOOM, this.zoom * factor));
    this.resize();
  }

  /** What a key or button asks for. @param {Exclude<Command, "help" | "delete" | "none">} command */
  run(command) {
    if (command === "larger" || command === "smaller" || command === "fit")
      return this.zoomBy({ larger: 1.25, smaller: 0.8, fit: 0 }[command]);
    if ((command === "submit" || command === "skip") && !this.painted) return;
    if (command === "submit") this.#submit();
    else if (command === "next" || command === "previous") this.ask("step", { step: command === "next" ? 1 : -1 });
    else this.ask(command);
  }

  /** @param {"open" | "skip" | "undo" | "step" | "go" | "filter" | "annotator" | "overwrite" | "keep theirs"} method @param {any} [params] */
  ask(method, params = {}) {
    const sent = method === "open" ? params : { sample: this.model.get("sample"), ...params };
    this.link.call(method, sent).then(
      () => this.#say(this.model.get("status")),
      (error) => this.#say(message(error)),
    );
  }

  #submit() {
    const drawing = this.#drawing(this.surface.boxes);
    this.submitted.set(drawing.key, drawing.sample);
    this.link
      .call("submit", drawing)
      .then(
        () => this.#say(this.model.get("status")),
        (error) => this.#say(message(error)),
      )
      .finally(() => this.submitted.delete(drawing.key));
  }

  /** @param {string} status */
  #say(status) {
    this.status = status;
    this.draw();
  }

  /** The labels with their keys. @returns {{name: string, key: string | null}[]} */
  labels() {
    const keys = this.model.get("label_keys") ?? [];
    return (this.model.get("classes") ?? []).map((/** @type {string} */ name, /** @type {number} */ index) => ({
      name,
      key: keys[index] ?? null,
    }));
  }

  /** Labels that are called otherwise now; the chosen one stays chosen. */
  #learnLabels() {
    const [names, ids] = [this.model.get("classes") ?? [], this.model.get("label_ids") ?? []];
    const chosen = this.labelIds.get(this.surface.get("label"));
    for (const [index, name] of names.entries()) this.labelIds.set(name, ids[index]);
    if (chosen !== undefined && !names.includes(this.surface.get("label")))
      this.surface.choose(names[ids.indexOf(chosen)] ?? names[0]);
  }

  /** Show what the kernel says is on the image, or what a person drew there and it could not save. */
  #show() {
    const sample = this.model.get("sample");
    const refused = this.unsaved.findLast((drawing) => drawing.sample === sample && this.refused.has(drawing.key));
    this.surface.reset(refused?.boxes);
  }

  /** @param {DrawnBox[]} boxes */
  #drawn(boxes) {
    const drawing = this.#drawing(boxes);
    this.journal.add(/** @type {any} */ (drawing));
    // A drawing has all boxes, so that only the latest one of an image has to be kept.
    for (const older of this.unsaved) if (older.sample === drawing.sample) this.journal.remove(older.key);
    this.#save(drawing, "save");
  }

  /** @param {DrawnBox[]} boxes @returns {Drawing} */
  #drawing(boxes) {
    const sample = this.model.get("sample");
    const earlier = this.unsaved.filter((drawing) => drawing.sample === sample).map((drawing) => drawing.key);
    for (const [key, submitted] of this.submitted) if (submitted === sample) earlier.push(key);
    const named = boxes.map((box) => ({ ...box, label_id: this.labelIds.get(box.label) ?? null }));
    return { key: newKey(), order: Date.now(), sample, boxes: named, seen: this.model.get("state"), earlier };
  }

  /** @param {Drawing} drawing @param {"save" | "recover"} method */
  #save(drawing, method) {
    if (!this.unsaved.includes(drawing)) this.unsaved.push(drawing);
    this.link.call(method, drawing).then(
      ({ value }) => this.#answered(drawing, method, value),
      (error) => this.#retry(drawing, error),
    );
    this.draw();
  }

  /** @param {Drawing} drawing @param {"save" | "recover"} method @param {DrawingAnswer} answer */
  #answered(drawing, method, answer) {
    if (answer.accepted) {
      const at = this.unsaved.indexOf(drawing);
      // What was drawn on this image before is part of it. Drawings of other images the kernel may not have.
      const done = this.unsaved.filter((other, index) => index <= at && other.sample === drawing.sample);
      for (const other of done) this.journal.remove(other.key);
      this.unsaved = this.unsaved.filter((other) => !done.includes(other));
      return this.#say(this.model.get("status"));
    }
    // It stays here until its image gets other boxes, or the label comes back.
    this.refused.add(drawing.key);
    if (method === "recover") this.#show();
    this.#say(answer.problem);
  }

  /** The kernel could not save it now, as when the disk is full: it gets it later. @param {Drawing} drawing @param {unknown} error */
  #retry(drawing, error) {
    const timer = setTimeout(() => {
      if (this.unsaved.includes(drawing) && !this.signal.aborted) this.#save(drawing, "save");
    }, RETRY_MS);
    this.signal.addEventListener("abort", () => clearTimeout(timer));
    this.#say(message(error));
  }

  /** @param {Health} health */
  #setHealth(health) {
    this.health = health;
    this.draw();
  }

  #openJournal() {
    // Not by its name: it may be renamed, or given to another theme.
    this.born = this.model.get("heading").born;
    return new Journal(browserStorage(), `boxes/${this.model.get("store_key")}/${this.born}`);
  }

  #followTheme() {
    if (this.model.get("heading").born !== this.born) {
      this.journal = this.#openJournal();
      this.recover();
    }
    this.draw();
  }
}
