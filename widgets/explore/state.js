import { Link } from "../shared/messages.js";
import { message } from "../shared/polling.js";
import { draftOf, fileOf, setValue } from "./draft.js";
import { loadGroups } from "./groups.js";
import { loadImages } from "./images.js";

/** @import { Answer, Health, Model } from "../shared/messages.js" */
/** @import { Draft } from "./draft.js" */
/** @import { Shown } from "./images.js" */
/** @import { Argument, ExploreCalls, Groups, Row, Settings, Split, StepField, Subject, Subjects, Survey, Theme } from "./messages.js" */

/**
 * @typedef {"steps" | "augmentation" | "splits" | "libraries" | "batch" | "data"} View
 * @typedef {{
 *   theme: string, labels: Theme["labels"], boxed: boolean, of: Subjects,
 *   steps: Record<string, StepField[]>, libraries: string[],
 *   draft: Draft | null, saved: string, digest: string, past: Draft[],
 *   rows: Row[], rowPictures: Shown[], total: number, label: number | null, split: string, search: string, sample: Subject | null,
 *   view: View, edited: Split, seed: number, count: number, intent: string,
 *   answer: any, pictures: Shown[], problem: string, notice: string, survey: Survey | null, surveyPictures: Shown[], surveying: boolean,
 *   groups: Groups | null, groupPictures: Shown[], mended: string, mending: boolean, progress: string,
 *   names: Record<string, string[]>, args: Record<string, Record<string, Argument[]>>,
 *   health: Health, waiting: boolean, keys: boolean, yaml: string, question: import("../shared/question.jsx").Asking | null,
 * }} ExploreState
 */

const SETTLED_MS = 250;
const WAIT_SHOWN_MS = 300;

/** What the panel knows, and how it asks for more. */
export class ExplorePanel {
  /** @param {Model} model @param {AbortSignal} signal @param {HTMLElement} root @param {() => void} draw */
  constructor(model, signal, root, draw) {
    this.root = root;
    this.signal = signal;
    this.draw = draw;
    /** @type {ExploreState} */
    this.state = {
      theme: "",
      labels: [],
      boxed: false,
      of: "images",
      steps: {},
      libraries: [],
      draft: null,
      saved: "",
      digest: "",
      past: [],
      rows: [],
      rowPictures: [],
      total: 0,
      label: null,
      split: "",
      search: "",
      sample: null,
      view: "steps",
      edited: "train",
      seed: 0,
      count: 11,
      intent: "",
      answer: null,
      pictures: [],
      problem: "",
      notice: "",
      survey: null,
      surveyPictures: [],
      groups: null,
      groupPictures: [],
      mended: "",
      mending: false,
      progress: "",
      surveying: false,
      names: {},
      args: {},
      health: "live",
      waiting: false,
      keys: false,
      yaml: "",
      question: null,
    };
    /** @type {Link<ExploreCalls>} */
    this.link = new Link(model, signal, {
      onHealth: (health) => this.set({ health }),
      onProgress: (progress) => this.set({ progress }),
    });
    this.asking = false;
    this.rerun = false;
    /** When the edit that is not painted yet was made; the oldest one counts. */
    this.since = 0;
    this.settle = 0;
    /** What the kernel said of the draft that it could not show. */
    this.draftError = "";
    this.moving = false;
    this.rerunQuick = false;
    /** @type {Record<string, Draft["lists"]>} */
    this.otherLists = {};
    this.searching = 0;
    signal.addEventListener("abort", () => {
      clearTimeout(this.settle);
      clearTimeout(this.searching);
      for (const shown of [
        ...this.state.pictures,
        ...this.state.rowPictures,
        ...this.state.surveyPictures,
        ...this.state.groupPictures,
      ])
        URL.revokeObjectURL(shown.url);
    });
  }

  /** @param {Partial<ExploreState>} change */
  set(change) {
    if (this.signal.aborted) return;
    this.state = { ...this.state, ...change };
    this.draw();
  }

  /**
   * @template {keyof ExploreCalls} Name @param {Name} method @param {ExploreCalls[Name]["params"]} [params]
   * @returns {Promise<Answer<ExploreCalls[Name]["value"]>>}
   */
  call(method, params) {
    return this.link.call(method, params);
  }

  async begin() {
    try {
      const [{ value: theme }, { value: read }] = await Promise.all([this.call("open"), this.call("read")]);
      this.#take(read);
      this.set(theme);
      await this.list(0);
      if (this.state.rows.length) this.choose(this.state.rows[0]);
      else this.set({ notice: "This theme has no images yet. Import some, then run this cell again." });
      this.loadTransforms();
    } catch (error) {
      this.set({ problem: message(error) });
    }
  }

  /** @param {Settings} read What the file holds. */
  #take(read) {
    const draft = draftOf(read.draft);
    this.set({
      steps: read.steps,
      libraries: read.libraries,
      digest: read.digest,
      draft,
      saved: JSON.stringify(fileOf(draft)),
      past: [],
      problem: "",
    });
  }

  get changed() {
    return this.state.draft !== null && JSON.stringify(fileOf(this.state.draft)) !== this.state.saved;
  }

  /** Whether a dialog is open. */
  get dialogOpen() {
    return this.state.keys || this.state.yaml !== "" || this.state.question !== null;
  }

  closeDialog() {
    this.set({ keys: false, yaml: "", question: null });
  }

  get library() {
    return this.state.draft?.data.augmentation?.library ?? "albumentations";
  }

  /** Have the new draft shown; while a control moves, a quicker and coarser picture will do. @param {Draft} draft @param {boolean} [moving] */
  edit(draft, moving = false) {
    const { past, draft: before } = this.state;
    const last = past.at(-1);
    if (before && !(moving && this.moving) && last !== before) this.set({ past: [...past.slice(-49), before] });
    this.moving = moving;
    // An event knows when it happened, which may be before it was handled.
    this.since ||= window.event?.timeStamp ?? performance.now();
    this.set({ draft, notice: "", problem: this.state.problem === this.draftError ? this.draftError : "" });
    this.look(true);
    clearTimeout(this.settle);
    this.settle = setTimeout(() => {
      this.moving = false;
      this.look(false);
    }, SETTLED_MS);
  }

  /** Each library keeps its own transforms while the panel is open: their names mean nothing to the other. @param {string} library */
  switchLibrary(library) {
    const { draft } = this.state;
    if (!draft || library === this.library) return;
    this.otherLists[this.library] = draft.lists;
    const lists = this.otherLists[library] ?? { train: [], valid: [], test: [] };
    this.edit(setValue({ ...draft, lists }, ["augmentation", "library"], library));
    this.loadTransforms();
  }

  undo() {
    const draft = this.state.past.at(-1);
    if (!draft) return;
    this.set({ draft, past: this.state.past.slice(0, -1), notice: "Took the last change back." });
    this.look();
    this.loadTransforms();
  }

  /** Ask for the current view; while one answer is awaited, later requests become one. @param {boolean} [quick] */
  async look(quick = false) {
    const { draft, sample, view } = this.state;
    if (!draft || view === "data" || (view !== "batch" && !sample)) return;
    if (this.asking) {
      this.rerun = true;
      this.rerunQuick = quick;
      return;
    }
    this.asking = true;
    const since = this.since;
    this.since = 0;
    const wait = setTimeout(() => this.set({ waiting: true }), WAIT_SHOWN_MS);
    try {
      const { seed, edited: split, intent, of } = this.state;
      const count = view === "batch" ? 32 : this.state.count;
      const params = { draft: fileOf(draft), sample: sample?.id, of, view, seed, count, split, intent, quick };
      const { value, buffers } = await this.call(view === "batch" ? "batch" : "preview", params);
      const pictures = await loadImages(buffers, value);
      const old = this.state.pictures;
      // What else was said stays: nobody has read it yet.
      const problem = this.state.problem === this.draftError ? "" : this.state.problem;
      if (view === this.state.view) this.set({ answer: { ...value, view }, pictures, problem });
      for (const shown of old) URL.revokeObjectURL(shown.url);
      if (since)
        requestAnimationFrame(() =>
          setTimeout(() => {
            this.root.dataset.redrawMs = String(Math.round(performance.now() - since));
          }),
        );
    } catch (error) {
      this.draftError = message(error);
      this.set({ problem: this.draftError });
    } finally {
      clearTimeout(wait);
      this.asking = false;
      this.set({ waiting: false });
      if (this.rerun) {
        this.rerun = false;
        this.look(this.rerunQuick);
      }
    }
  }

  /** @param {Subject} row */
  choose(row) {
    this.set({ sample: row });
    this.look();
  }

  /** Go to the next or previous sample of the list. @param {1 | -1} by */
  async step(by) {
    const { rows, sample, total } = this.state;
    const at = rows.findIndex((row) => row.id === sample?.id) + by;
    if (at >= rows.length && rows.length < total) await this.list(rows.length);
    const row = this.state.rows[at];
    if (row) this.choose(row);
    this.root.querySelector(`[data-sample="${row?.id}"]`)?.scrollIntoView({ block: "nearest" });
  }

  /** List samples from an offset on; 0 starts from the beginning. @param {number} offset */
  async list(offset) {
    const { label, split, search, of } = this.state;
    try {
      const { value, buffers } = await this.call("samples", { of, label, split, search, offset });
      const pictures = await loadImages(buffers, value);
      if (offset === 0) for (const shown of this.state.rowPictures) URL.revokeObjectURL(shown.url);
      const base = offset === 0 ? 0 : this.state.rowPictures.length;
      const rows = value.rows.map((row) => ({
        ...row,
        picture: { ...row.picture, buffer: row.picture.buffer + base },
      }));
      this.set({
        rows: offset === 0 ? rows : [...this.state.rows, ...rows],
        rowPictures: offset === 0 ? pictures : [...this.state.rowPictures, ...pictures],
        total: value.total,
      });
    } catch (error) {
      this.set({ problem: message(error) });
    }
  }

  /** @param {Partial<ExploreState>} filter */
  filter(filter) {
    this.set(filter);
    clearTimeout(this.searching);
    this.searching = setTimeout(() => this.list(0), "search" in filter ? 150 : 0);
  }

  /** Look at whole images, or at their boxes as training cuts them out. @param {Subjects} of */
  async lookAt(of) {
    if (of === this.state.of) return;
    this.set({ of, sample: null, survey: null, answer: null });
    await this.list(0);
    if (this.state.rows.length) this.choose(this.state.rows[0]);
    if (this.state.view === "data") this.survey(true);
    else if (this.state.view === "batch") this.look();
  }

  /** @param {View} view */
  show(view) {
    if (view === this.state.view) return;
    this.set({ view, answer: null, problem: "" });
    if (view === "data") this.survey();
    else this.look();
  }

  reroll() {
    this.set({ seed: Math.floor(Math.random() * 1_000_000) });
    this.look();
  }

  /** Load the names and arguments of the library's transforms. */
  async loadTransforms() {
    const { library } = this;
    const wanted = new Set();
    /** @param {import("./draft.js").Entry[]} entries */
    const collect = (entries) =>
      entries.forEach((entry) => {
        wanted.add(entry.name);
        Object.values(entry.nested).forEach(collect);
      });
    Object.values(this.state.draft?.lists ?? {}).forEach(collect);
    const known = this.state.args[library] ?? {};
    const transforms = [...wanted].filter((name) => !(name in known));
    try {
      if (!this.state.names[library]) {
        const { value } = await this.call("transforms", { library });
        this.set({ names: { ...this.state.names, [library]: value.names } });
      }
      if (transforms.length) await this.argumentsOf(transforms);
    } catch (error) {
      this.set({ problem: message(error) });
    }
  }

  /** @param {string[]} transforms */
  async argumentsOf(transforms) {
    const { library } = this;
    const { value } = await this.call("arguments", { library, transforms });
    this.set({ args: { ...this.state.args, [library]: { ...this.state.args[library], ...value.arguments } } });
    return value.arguments;
  }

  /** @param {boolean} [restart] */
  async survey(restart = false) {
    if (this.state.surveying || (this.state.survey?.counts && !restart)) return;
    this.set({ surveying: true, survey: null });
    if (this.state.of === "images") loadGroups(this);
    try {
      for (;;) {
        const { value, buffers } = await this.call("survey", { restart, of: this.state.of });
        restart = false;
        const finished = value.done >= value.of;
        if (finished) this.set({ survey: value, surveyPictures: await loadImages(buffers, value) });
        else this.set({ survey: value });
        if (finished || this.state.view !== "data" || this.signal.aborted) break;
      }
    } catch (error) {
      this.set({ problem: message(error) });
    } finally {
      this.set({ surveying: false });
    }
  }

  async save() {
    const { draft, digest } = this.state;
    if (!draft || !this.changed) return;
    try {
      const { value } = await this.call("save", { draft: fileOf(draft), digest });
      this.set({
        digest: value.digest,
        saved: JSON.stringify(fileOf(draft)),
        notice: "Saved the augmentation settings (auguments.yaml).",
        problem: "",
      });
    } catch (error) {
      this.set({ problem: message(error) });
    }
  }

  /** Load the file; what was changed here and not saved is asked about first. */
  askReload() {
    if (!this.changed) return this.reload();
    const text =
      "Load the augmentation settings (auguments.yaml)? Your changes are not saved; loading the file drops them.";
    this.set({
      question: { text, button: "Drop my changes and load", danger: true, run: () => this.reload() },
    });
  }

  async reload() {
    try {
      const { value } = await this.call("read");
      this.#take(value);
      this.set({ notice: "Loaded the augmentation settings (auguments.yaml)." });
      this.look();
      this.loadTransforms();
    } catch (error) {
      this.set({ problem: message(error) });
    }
  }

  async copy() {
    if (!this.state.draft) return;
    try {
      const { value } = await this.call("yaml", { draft: fileOf(this.state.draft) });
      try {
        await navigator.clipboard.writeText(value.yaml);
        this.set({ notice: "Copied as YAML." });
      } catch {
        // Pages that are not served over https may not write to the clipboard: show the text to be copied by hand.
        this.set({ yaml: value.yaml });
      }
    } catch (error) {
      this.set({ problem: message(error) });
    }
  }
}
