import { plural } from "../shared/format.js";
import { message } from "../shared/polling.js";
import { sheetOf } from "../shared/sheet.js";
import { TestedImages } from "../shared/tested_images.js";

/** @import { Answer, Health, Link, Model } from "../shared/messages.js" */
/** @import { ThumbnailSheet } from "../shared/thumbnail.jsx" */
/** @import { ModelsCalls, Run, Runs, SampleRow, StageEvent, Sync, Version } from "./messages.js" */

/**
 * @typedef {{kind: "version" | "sample" | "compare", value: any, pictures: ThumbnailSheet | null}} Detail
 * @typedef {{version: number, split: string, label: string, rows: SampleRow[], sheets: ThumbnailSheet[], more: boolean}} Samples
 *
 * @typedef {object} ModelsState
 * @property {Version[] | null} versions Null until the kernel has sent them.
 * @property {string[]} metrics
 * @property {StageEvent[]} history
 * @property {string[]} leaks What is known of near duplicates in two splits of the versions.
 * @property {string} meter How often the test split was looked at; empty where nothing was measured on it.
 * @property {(number | string)[]} chosen At most two versions, or runs by their ids.
 * @property {Runs | null} candidates Runs that could be registered, null when nobody asked.
 * @property {Detail | null} detail
 * @property {Samples | null} samples Of the version that is looked at.
 * @property {Sync | null} sync
 * @property {import("../shared/question.jsx").Asking | null} question
 * @property {{text: string, trouble: boolean} | null} notice
 * @property {Health} health
 * @property {string} waiting What the panel waits for, empty when for nothing.
 */

/** @param {string} text */
function trouble(text) {
  return { text, trouble: true };
}

/** What the panel shows, and its calls to the kernel. */
export class ModelsPanel {
  /** @param {Link<ModelsCalls>} link @param {string} theme @param {() => void} draw @param {{model: Model, signal: AbortSignal, root: HTMLElement, below: HTMLElement}} around Where a label panel goes. */
  constructor(link, theme, draw, around) {
    this.link = link;
    this.theme = theme;
    this.draw = draw;
    /** @type {ModelsState} */
    this.state = {
      versions: null,
      metrics: [],
      history: [],
      leaks: [],
      meter: "",
      chosen: [],
      candidates: null,
      detail: null,
      samples: null,
      sync: null,
      question: null,
      notice: null,
      health: "live",
      waiting: "",
    };
    this.tested = new TestedImages({
      ...around,
      link,
      set: ({ problem }) =>
        this.set({ waiting: this.tested.waiting, ...(problem ? { notice: trouble(problem) } : {}) }),
      of: () => ({ version: this.state.detail?.kind === "version" ? this.state.detail.value.version : 0 }),
    });
  }

  /** @param {Partial<ModelsState>} patch */
  set(patch) {
    Object.assign(this.state, patch);
    this.draw();
  }

  /**
   * Ask the kernel, say what is waited for, and show what did not work.
   * @template {keyof ModelsCalls} Name
   * @param {string} waiting @param {Name} method @param {ModelsCalls[Name]["params"]} [params]
   * @returns {Promise<Answer<ModelsCalls[Name]["value"]> | null>}
   */
  async ask(waiting, method, params = {}) {
    this.set({ waiting });
    try {
      return await this.link.call(method, params);
    } catch (error) {
      this.set({ notice: trouble(message(error)) });
      return null;
    } finally {
      this.set({ waiting: "" });
    }
  }

  async load() {
    const answer = await this.ask("Loading the versions …", "versions");
    if (answer) this.set(answer.value);
  }

  /** Look at one version, or with a second one, or a run, compare the two. @param {number | string} model A version, or the id of a run. */
  async choose(model) {
    const { chosen } = this.state;
    const next = chosen.includes(model) ? chosen.filter((other) => other !== model) : [...chosen, model].slice(-2);
    this.set({ chosen: next, notice: null });
    // Versions by their numbers, before runs.
    const rank = (/** @type {number | string} */ each) => (typeof each === "number" ? each : Infinity);
    const [first, second] = [...next].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
    if (second !== undefined) return this.#show("compare", "Comparing …", { first, second });
    if (typeof first === "number") return this.#show("version", "Tracing the version …", { version: first });
    this.#releaseSamples();
    return this.set({ detail: null });
  }

  /** Show the runs that could become versions, or put them away. */
  async candidates() {
    if (this.state.candidates) return this.set({ candidates: null });
    const answer = await this.ask("Looking for runs …", "runs");
    if (answer) this.set({ candidates: answer.value, notice: null });
  }

  /** @param {Run} run */
  register(run) {
    const holder = this.state.versions?.find((other) => other.stage === "staging");
    const former = holder ? ` Version ${holder.version} will be archived.` : "";
    this.set({
      question: {
        text: `Make the model of ${run.name} a new version, in staging?${former}`,
        button: `Register ${run.name}`,
        run: async () => {
          const done = await this.ask("Registering …", "register", { run: run.run, stage: "staging" });
          if (!done) return;
          this.set({ candidates: null });
          await this.#changed(`${run.name} is version ${done.value.version} now, in staging.`);
        },
      },
    });
  }

  /** Show the samples that a version had in a split under a label, or the next page of them. @param {number} version @param {string} split @param {string} label */
  async loadSamples(version, split, label) {
    const before = this.state.samples;
    const goesOn = before?.version === version && before.split === split && before.label === label;
    const after = goesOn ? (before.rows.at(-1)?.id ?? 0) : 0;
    const answer = await this.ask("Loading the samples …", "samples", { version, split, label, after });
    if (!answer) return;
    if (!goesOn) this.#releaseSamples();
    const pictures = sheetOf(answer);
    const rows = goesOn ? [...before.rows, ...answer.value.samples] : answer.value.samples;
    const sheets = [...(goesOn ? before.sheets : []), ...(pictures ? [pictures] : [])];
    this.set({ samples: { version, split, label, rows, sheets, more: answer.value.more } });
  }

  #releaseSamples() {
    this.tested.close();
    for (const sheet of this.state.samples?.sheets ?? []) URL.revokeObjectURL(sheet.url);
    this.set({ samples: null });
  }

  /** @param {string} sample */
  trace(sample) {
    this.set({ chosen: [], notice: null });
    return this.#show("sample", "Tracing the sample …", { sample });
  }

  /** Put a version into a stage after a question that says what will happen. @param {Version} row @param {string} stage */
  move(row, stage) {
    const holder = this.state.versions?.find((other) => other.stage === stage && other.version !== row.version);
    const one = stage === "production" || stage === "staging";
    const former = holder && one ? ` Version ${holder.version} will be archived.` : "";
    const words =
      stage === "archived"
        ? `Take version ${row.version} out of ${row.stage} and archive it?`
        : `Put version ${row.version} into ${stage}?`;
    this.set({
      question: {
        text: `${words}${former}`,
        button: stage === "archived" ? `Archive version ${row.version}` : `Promote version ${row.version}`,
        run: async () => {
          const done = await this.ask("Changing the stage …", "promote", { version: row.version, stage });
          if (done) await this.#changed(`Version ${row.version} is now in ${stage}.`);
        },
      },
    });
  }

  /** @param {Version} row */
  remove(row) {
    this.set({
      question: {
        text: `Delete version ${row.version} from the registry with its ${plural(row.predictions, "prediction")}? Its run stays.`,
        button: `Delete version ${row.version}`,
        danger: true,
        run: async () => {
          const done = await this.ask("Deleting …", "delete", { version: row.version });
          if (done) await this.#changed(`Version ${row.version} is deleted.`);
        },
      },
    });
  }

  /** Save the report of a version as a file. @param {number} version */
  async report(version) {
    const answer = await this.ask("Writing the report …", "report", { version });
    if (!answer) return;
    const url = URL.createObjectURL(new Blob([/** @type {any} */ (answer.buffers[0])], { type: "text/html" }));
    const link = Object.assign(document.createElement("a"), { href: url, download: answer.value });
    link.click();
    URL.revokeObjectURL(url);
    this.set({ notice: { text: `Saved as ${answer.value}.`, trouble: false } });
  }

  /** Train once more on today's labels, in the background, after a question. */
  retrain() {
    this.set({
      question: {
        text: "Train once more on today's labels, with the settings of params.yaml, in the background?",
        button: "Train once more",
        run: async () => {
          const done = await this.ask("Starting the training …", "retrain");
          if (!done) return;
          const text = "The training has begun; the launch panel shows it. Register it here when it has ended.";
          this.set({ notice: { text, trouble: false } });
        },
      },
    });
  }

  async check() {
    const answer = await this.ask("Comparing MLflow with the store …", "check");
    if (answer) this.set({ sync: answer.value });
  }

  async repair() {
    const answer = await this.ask("Mending …", "repair");
    if (!answer) return;
    this.set({ sync: answer.value });
    await this.load();
  }

  /** One step back. */
  stepOut() {
    if (this.state.question) this.set({ question: null });
    else if (this.state.samples) this.#releaseSamples();
    else if (this.state.detail) this.set({ detail: null, chosen: [], notice: null });
    else this.set({ candidates: null, sync: null, notice: null });
  }

  /** @param {Detail["kind"]} kind @param {string} waiting @param {any} params */
  async #show(kind, waiting, params) {
    const answer = await this.ask(waiting, kind, params);
    if (this.state.detail?.pictures) URL.revokeObjectURL(this.state.detail.pictures.url);
    this.#releaseSamples();
    if (!answer) return this.set({ detail: null });
    return this.set({ detail: { kind, value: answer.value, pictures: sheetOf(answer) } });
  }

  /** @param {string} text */
  async #changed(text) {
    this.#releaseSamples();
    this.set({ notice: { text, trouble: false }, chosen: [], detail: null, sync: null });
    await this.load();
  }
}
