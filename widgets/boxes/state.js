import { InstructionsBeside } from "../shared/instructions.js";
import { browserStorage, Journal, journalScope, newKey, waitingThemes } from "../shared/journal.js";
import { Link } from "../shared/messages.js";
import { message, onTraits } from "../shared/polling.js";
import { recall, remember } from "../shared/preferences.js";
import { newUpload, sendFiles, worthSending } from "../shared/uploads.js";
import { OverviewPage } from "./overview.js";
import { keepPlace } from "./place.js";
import { Surface } from "./surface.js";

/** @import { Health, Label } from "../shared/messages.js" */
/** @import { LabelEditor } from "../shared/labels_dialog.jsx" */
/** @import { ThemeValues } from "../shared/theme_dialog.jsx" */
/** @import { Named, Upload } from "../shared/uploads.js" */
/** @import { Command } from "./keys.js" */
/** @import { BoxCalls, BoxState, Drawing, DrawingAnswer, DrawnBox } from "./messages.js" */
/** @import { Model } from "./surface.js" */

const MOST_ZOOM = 16;
const RETRY_MS = 6000;
/** So many pixels of the screen a key moves an enlarged image. @type {Record<string, [number, number]>} */
const PANS = { "pan left": [80, 0], "pan right": [-80, 0], "pan up": [0, 80], "pan down": [0, -80] };

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
    /** How many images were submitted in this view. */
    this.submissions = 0;
    /** @type {Health} */
    this.health = "live";
    /** @type {Link<BoxCalls>} */
    this.link = new Link(model, signal, { onHealth: (health) => this.#setHealth(health) });
    /** What the last answer says. */
    this.status = model.get("status");
    /** @type {"image" | "overview"} */
    this.view = "image";
    this.overview = new OverviewPage(this.link, draw);
    /** Which dialog is open. @type {"" | "help" | "name" | "labels" | "theme" | "edit theme" | "lineage"} */
    this.dialog = "";
    this.instructions = new InstructionsBeside({
      link: this.link,
      store: model.get("store_key"),
      changed: draw,
      failed: (error) => this.say(message(error)),
    });
    /** @type {Upload | null} */
    this.upload = null;
    /** Whether files are dragged over the panel. */
    this.dropping = false;
    /** Whether a person chose to see enlarged pixels as squares, or smoothly; as in the label panel. @type {boolean | null} */
    this.exact = recall(model.get("store_key"), "exact", null);
    /** Whether the panel is where the person was last: only from then on it is kept where they are. */
    this.came = false;
    /** Whether keys reach the panel. */
    this.hasFocus = false;
    /** The name that this browser gave before, also in the label panel; it is asked for once. */
    this.named = recall(model.get("store_key"), "annotator", "");
    if (model.get("ask_name") && this.named === "") this.dialog = "name";
    if (model.get("ask_name") && this.named !== "") queueMicrotask(() => this.setAnnotator(this.named));
    /** How much larger the image is shown than it fits. */
    this.zoom = 1;
    /** Lays the image out anew at another zoom. @type {() => void} */
    this.resize = () => undefined;
    /** Moves an enlarged image, by pixels of the screen. @type {(x: number, y: number) => void} */
    this.pan = () => undefined;
    /** Whether the image stands on the screen: nothing is decided about one that nobody has seen. */
    this.painted = false;
    /** The id of every label by each name that it had here. @type {Map<string, number>} */
    this.labelIds = new Map();
    this.#learnLabels();
    /** The element that the panel lives in. @type {HTMLElement | null} */
    this.root = null;
    this.journal = this.#openJournal();
    queueMicrotask(() => this.instructions.open(this.#described()));
    onTraits(model, signal, {
      label_ids: () => this.#learnLabels(),
      shown: () => {
        this.#show();
        if (this.came) keepPlace(this);
      },
      image_bytes: () => {
        this.painted = false;
        this.zoom = 1;
      },
      heading: () => this.#followTheme(),
      status: (status) => this.say(status),
      per_label: draw,
      conflict: draw,
      classes: () => {
        this.#learnLabels();
        draw();
      },
      label_keys: draw,
      themes: draw,
    });
  }

  get asking() {
    return this.dialog !== "";
  }

  /** @param {BoxPanel["dialog"]} dialog */
  open(dialog) {
    this.dialog = dialog;
    this.draw();
  }

  closeDialog() {
    this.open("");
  }

  /** Put the keyboard into the drawing area, or on the images at a glance. */
  focusMain() {
    const main = this.view === "overview" ? "[role=listbox]" : ".wb-boxes-drawing [tabindex]";
    const target = /** @type {HTMLElement | null} */ (this.root?.querySelector(main)) ?? this.root;
    target?.focus({ preventScroll: true });
  }

  /** Work under a name from now on. @param {string} annotator @param {boolean} [begin] Whether to go to what that person left undone. */
  setAnnotator(annotator, begin = false) {
    remember(this.model.get("store_key"), "annotator", annotator);
    this.ask("annotator", { annotator, begin });
  }

  /** @param {string} name */
  get(name) {
    return this.model.get(name);
  }

  /** Send what an earlier page or kernel left unsaved, whatever its theme, and what waited for its theme to be open. */
  recover() {
    const themes = waitingThemes(browserStorage(), this.#scope());
    const left = /** @type {any[]} */ (themes.flatMap((of) => this.#journalOf(of).entries()));
    /** @type {Map<string, Drawing>} */
    const waiting = new Map([...left, ...this.unsaved].map((drawing) => [drawing.key, drawing]));
    for (const drawing of waiting.values())
      if (!this.unsaved.includes(drawing) || this.refused.delete(drawing.key)) this.#save(drawing, "recover");
  }

  /** Show the image larger or smaller, but not smaller than it fits. @param {number} factor 0 fits it. */
  zoomBy(factor) {
    this.zoom = Math.max(1, Math.min(MOST_ZOOM, this.zoom * factor));
    this.resize();
  }

  /** Which images are stepped through. @returns {BoxState} */
  get filter() {
    return this.get("heading").filter ?? "all";
  }

  /** Show all images at a glance. */
  showOverview() {
    this.view = "overview";
    this.draw();
    this.focusMain();
    this.#loadOverview();
  }

  #loadOverview() {
    this.overview.load(this.filter, this.get("sample"), 0).catch((error) => this.say(message(error)));
  }

  /** Show one image large. @param {number} [wanted] Its id; without one that which was left. */
  showImage(wanted) {
    this.view = "image";
    this.draw();
    this.focusMain();
    if (wanted !== undefined && wanted !== this.get("sample")) this.ask("show", { wanted });
  }

  /** What the labels dialog asks of this panel. @returns {LabelEditor} */
  get labelEditor() {
    return {
      change: async (method, params) => {
        const { theme_id: theme, annotator } = this.get("heading");
        await this.link.call(method, { theme, annotator, ...params });
        if (this.instructions.told) this.instructions.read();
      },
      use: async (label) => (await this.link.call("label use", { label })).value,
      onGone: (method) =>
        this.say(method === "merge labels" ? "The labels are merged; U undoes." : "The label is deleted; U undoes."),
    };
  }

  /** @param {ThemeValues} values */
  async createTheme(values) {
    await this.link.call("create theme", values);
    this.closeDialog();
  }

  /** Save the name and description of the theme that is open. @param {ThemeValues} values */
  async editTheme({ name, description }) {
    await this.link.call("edit theme", { theme: this.get("heading").theme_id, name, description });
    this.closeDialog();
    this.instructions.read();
  }

  /** Add files to the theme that is open. @param {Named[]} files */
  async addFiles(files) {
    const wanted = worthSending(files);
    if (files.length === 0) return;
    if (wanted.length === 0) return this.say("There is nothing to add: the files are empty or hidden.");
    if (this.upload && !this.upload.finished)
      return this.say("Other images are being added. Add these when that is done.");
    this.upload = newUpload(wanted);
    this.draw();
    await sendFiles(wanted, this.upload, {
      theme: this.get("heading").theme_id,
      annotator: () => this.get("heading").annotator,
      send: (params, buffers) => this.link.call("upload", params, buffers),
      signal: this.signal,
      changed: this.draw,
    });
    if (this.view === "overview") this.#loadOverview();
  }

  /** What a key or button asks for. @param {Exclude<Command, "help" | "delete" | "none">} command */
  run(command) {
    if (command === "overview") return this.showOverview();
    if (command === "exact") return this.#toggleExact();
    const pan = PANS[command];
    if (pan) return this.pan(...pan);
    if (command === "larger" || command === "smaller" || command === "fit")
      return this.zoomBy({ larger: 1.25, smaller: 0.8, fit: 0 }[command]);
    if ((command === "submit" || command === "skip") && !this.painted) return;
    if (command === "submit") this.#submit();
    else if (command === "next" || command === "previous") this.ask("step", { step: command === "next" ? 1 : -1 });
    else this.ask(/** @type {"skip" | "undo"} */ (command));
  }

  /** @param {"open" | "show" | "skip" | "undo" | "step" | "go" | "filter" | "annotator" | "overwrite" | "keep theirs"} method @param {any} [params] */
  ask(method, params = {}) {
    const sent = method === "open" ? params : { sample: this.model.get("sample"), ...params };
    this.link.call(method, sent).then(
      () => this.say(this.model.get("status")),
      (error) => this.say(message(error)),
    );
  }

  #submit() {
    const drawing = this.#drawing(this.surface.boxes);
    this.submitted.set(drawing.key, drawing.sample);
    this.submissions += 1;
    this.link
      .call("submit", drawing)
      .then(
        () => this.say(this.model.get("status")),
        (error) => this.say(message(error)),
      )
      .finally(() => this.submitted.delete(drawing.key));
  }

  #toggleExact() {
    this.exact = !(this.exact ?? true);
    remember(this.get("store_key"), "exact", this.exact);
    this.resize();
  }

  /** @param {string} status */
  say(status) {
    this.status = status;
    this.draw();
  }

  /** The theme's labels. @returns {Label[]} */
  labels() {
    const [keys, ids] = [this.model.get("label_keys") ?? [], this.model.get("label_ids") ?? []];
    const colors = this.model.get("colors") ?? [];
    return (this.model.get("classes") ?? []).map((/** @type {string} */ name, /** @type {number} */ index) => ({
      id: ids[index] ?? index,
      name,
      color: colors[index % Math.max(1, colors.length)] ?? "",
      position: index,
      key: keys[index] ?? null,
    }));
  }

  /** Labels that are new or called otherwise now; the chosen one stays chosen. */
  #learnLabels() {
    const [names, ids] = [this.model.get("classes") ?? [], this.model.get("label_ids") ?? []];
    const chosen = this.labelIds.get(this.surface.get("label"));
    for (const [index, name] of names.entries()) this.labelIds.set(name, ids[index]);
    const name = names[ids.indexOf(chosen)] ?? names[0];
    if (chosen !== undefined && name !== this.surface.get("label")) this.surface.choose(name ?? "");
  }

  /** Show what the kernel says is on the image, or what a person drew there and it could not save. */
  #show() {
    const sample = this.model.get("sample");
    const refused = this.unsaved.findLast((drawing) => drawing.sample === sample && this.refused.has(drawing.key));
    this.surface.reset(refused?.boxes);
    if (this.view === "overview" && !this.overview.loading) this.#loadOverview();
  }

  /** @param {DrawnBox[]} boxes */
  #drawn(boxes) {
    const drawing = this.#drawing(boxes);
    this.journal.add(/** @type {any} */ (drawing));
    // A drawing has all boxes, so that only the latest one of an image has to be kept.
    for (const older of this.unsaved) if (older.sample === drawing.sample) this.#journalOf(older).remove(older.key);
    this.#save(drawing, "save");
  }

  /** @param {DrawnBox[]} boxes @returns {Drawing} */
  #drawing(boxes) {
    const sample = this.model.get("sample");
    const earlier = this.unsaved.filter((drawing) => drawing.sample === sample).map((drawing) => drawing.key);
    for (const [key, submitted] of this.submitted) if (submitted === sample) earlier.push(key);
    const named = boxes.map((box) => ({ ...box, label_id: this.labelIds.get(box.label) ?? null }));
    const { theme_id: theme, born, annotator } = this.get("heading");
    const seen = this.model.get("state");
    return { key: newKey(), theme, born, annotator, order: Date.now(), sample, boxes: named, seen, earlier };
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
      for (const other of done) this.#journalOf(other).remove(other.key);
      this.unsaved = this.unsaved.filter((other) => !done.includes(other));
      return this.say(this.model.get("status"));
    }
    if (answer.gone) {
      this.unsaved = this.unsaved.filter((other) => other !== drawing);
      return this.draw();
    }
    // It stays here until its image gets other boxes, or the label comes back.
    this.refused.add(drawing.key);
    if (method === "recover") this.#show();
    this.say(answer.problem);
  }

  /** The kernel could not save it now, as when the disk is full: it gets it later. @param {Drawing} drawing @param {unknown} error */
  #retry(drawing, error) {
    const timer = setTimeout(() => {
      if (this.unsaved.includes(drawing) && !this.signal.aborted) this.#save(drawing, "save");
    }, RETRY_MS);
    this.signal.addEventListener("abort", () => clearTimeout(timer));
    this.say(message(error));
  }

  /** @param {Health} health */
  #setHealth(health) {
    this.health = health;
    this.draw();
  }

  #openJournal() {
    // Not by its name: it may be renamed, or given to another theme.
    const { theme_id: theme, born } = this.model.get("heading");
    this.born = born;
    return new Journal(browserStorage(), journalScope(this.#scope(), theme, born));
  }

  /** Where the drawings of a theme are kept. @param {{theme: number, born: string}} of */
  #journalOf({ theme, born }) {
    const open = born === this.born && theme === this.get("heading").theme_id;
    return open ? this.journal : new Journal(browserStorage(), journalScope(this.#scope(), theme, born));
  }

  #scope() {
    return `boxes/${this.model.get("store_key")}`;
  }

  /** The theme that is open, as its instructions know it. */
  #described() {
    const { theme, theme_id: id, born, description } = this.get("heading");
    return theme ? { id, born, description } : null;
  }

  #followTheme() {
    if (this.model.get("heading").born !== this.born) {
      this.journal = this.#openJournal();
      this.recover();
      this.instructions.open(this.#described());
    }
    if (this.view === "overview" && this.overview.state !== this.filter) this.#loadOverview();
    this.draw();
  }
}
