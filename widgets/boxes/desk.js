import { browserStorage, Journal, newKey } from "../label/journal.js";
import { Surface } from "./surface.js";

/** @import { DrawnBox, Model } from "./surface.js" */
/** @import { Act } from "./keys.js" */

/**
 * @typedef {{key: string, order: number, type: string, sample: number, boxes?: DrawnBox[], seen?: string | null, earlier?: string[]}} Message
 * @typedef {"live" | "busy" | "lost"} Health
 */

const OVERDUE_MS = 1500;
const AGAIN_MS = 6000;

/** What the panel knows of the image that is shown, and how it tells the kernel what a person does. */
export class Desk {
  /** @param {Model} model @param {AbortSignal} signal @param {() => void} draw */
  constructor(model, signal, draw) {
    this.model = model;
    this.draw = draw;
    this.surface = new Surface(model, (boxes) => this.#drawn(boxes), draw);
    /** What was sent and is not known to be dealt with, in order. @type {Message[]} */
    this.waiting = [];
    /** @type {Health} */
    this.health = "live";
    this.help = false;
    /** Whether the image stands on the screen: nothing is decided about one that nobody has seen. */
    this.painted = false;
    this.timers = [0, 0];
    /** Keys of drawings that the kernel cannot save before a person does something about them. @type {Set<string>} */
    this.refused = new Set();
    /** The id of every label by each name that it had here. @type {Map<string, number>} */
    this.labelIds = new Map();
    this.#learnLabels();
    /** Puts the keyboard into the drawing area. @type {(() => void) | null} */
    this.focus = null;
    this.journal = this.#openJournal();
    const on = (/** @type {string} */ event, /** @type {() => void} */ callback) => {
      model.on(event, callback);
      signal.addEventListener("abort", () => model.off(event, callback));
    };
    on("change:label_ids", () => this.#learnLabels());
    on("change:shown", () => this.#show());
    on("change:image_bytes", () => {
      this.painted = false;
    });
    on("change:kept", () => this.#kept(model.get("kept")));
    on("change:refused", () => this.#refuse(model.get("refused")));
    on("change:heading", () => this.#followTheme());
    on("comm_live_update", () => this.#turn("lost"));
    for (const trait of ["heading", "status", "per_label", "conflict", "classes", "themes"])
      on(`change:${trait}`, draw);
    signal.addEventListener("abort", () => this.timers.forEach(clearTimeout));
  }

  /** @param {boolean} help */
  showHelp(help) {
    this.help = help;
    this.draw();
  }

  /** @param {string} name */
  get(name) {
    return this.model.get(name);
  }

  /** Send what an earlier page or kernel left unsaved. */
  recover() {
    for (const entry of this.journal.entries()) this.#send({ .../** @type {any} */ (entry), type: "recover" });
  }

  /** @param {Exclude<Act, "help" | "delete"> | "go" | "among" | "theme" | "annotator" | "insist" | "yield"} type @param {any} [more] */
  ask(type, more = {}) {
    if ((type === "submit" || type === "skip") && !this.painted) return;
    const message = { ...this.#stamped(type), ...more };
    if (type === "submit") Object.assign(message, this.#image(this.surface.boxes, message.sample));
    this.#send(message);
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
    const unsaved = this.waiting.findLast(
      (message) => message.sample === this.model.get("sample") && this.refused.has(message.key),
    );
    this.surface.reset(unsaved?.boxes);
  }

  /** @param {DrawnBox[]} boxes */
  #drawn(boxes) {
    const message = this.#stamped("draw");
    const entry = { ...message, ...this.#image(boxes, message.sample) };
    this.journal.add(/** @type {any} */ (entry));
    // Boxes are told whole, so that only the latest drawing of an image has to be kept.
    for (const older of this.waiting)
      if (older.sample === entry.sample && older.type !== "submit") this.journal.remove(older.key);
    this.#send(entry);
  }

  /** @param {string} type @returns {Message} */
  #stamped(type) {
    return { key: newKey(), order: Date.now(), type, sample: this.model.get("sample") };
  }

  /** @param {DrawnBox[]} boxes @param {number} sample */
  #image(boxes, sample) {
    const earlier = this.waiting.filter((message) => message.sample === sample).map((message) => message.key);
    const named = boxes.map((box) => ({ ...box, label_id: this.labelIds.get(box.label) ?? null }));
    return { boxes: named, seen: this.model.get("state"), earlier };
  }

  /** @param {Message} message */
  #send(message) {
    this.waiting.push(message);
    if (this.health !== "lost") this.model.send(message);
    this.#watch();
    this.draw();
  }

  /**
   * This message has been dealt with, and whatever was asked before it. Boxes that were drawn before it have not, unless
   * they are of the same image: the kernel passes over what it cannot save. @param {string} key
   */
  #kept(key) {
    const at = this.waiting.findIndex((message) => message.key === key);
    if (at < 0) return;
    const done = this.waiting[at];
    const unsaved = this.waiting.filter(
      (message, index) =>
        index > at || (index < at && message.boxes && !(done.boxes && message.sample === done.sample)),
    );
    for (const message of this.waiting) if (!unsaved.includes(message)) this.journal.remove(message.key);
    this.waiting = unsaved;
    this.#turn("live");
    this.#watch();
    this.draw();
  }

  /** This drawing stays here until its image gets other boxes, or the label comes back. @param {string} key */
  #refuse(key) {
    this.refused.add(key);
    if (this.waiting.some((message) => message.key === key && message.type === "recover")) this.#show();
    this.#turn("live");
    this.draw();
  }

  /** Say so when an answer is overdue, and tell the kernel again: it takes each drawing once. */
  #watch() {
    this.timers.forEach(clearTimeout);
    if (this.waiting.length === 0 || this.health === "lost") return;
    this.timers = [
      setTimeout(() => this.waiting.some(({ key }) => !this.refused.has(key)) && this.#turn("busy"), OVERDUE_MS),
      setTimeout(() => {
        for (const message of this.waiting) if (message.boxes) this.model.send({ ...message, type: "draw" });
        this.#watch();
      }, AGAIN_MS),
    ];
  }

  /** @param {Health} health */
  #turn(health) {
    if (this.health === health || this.health === "lost") return;
    this.health = health;
    this.draw();
  }

  #openJournal() {
    // Not by its name: it may be renamed, or given to another theme.
    this.born = this.model.get("heading").born;
    return new Journal(browserStorage(), `boxes/${this.model.get("place")}/${this.born}`);
  }

  #followTheme() {
    if (this.model.get("heading").born === this.born) return;
    this.journal = this.#openJournal();
    this.recover();
  }
}
