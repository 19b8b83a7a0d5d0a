import { Link } from "../shared/messages.js";
import { message, onTraits, poll } from "../shared/polling.js";
import { sheetOf } from "../shared/sheet.js";
import { TestedImages } from "../shared/tested_images.js";
import { following, typed } from "./wording.js";

/** @import { Health, Model } from "../shared/messages.js" */
/** @import { ThumbnailSheet } from "../shared/thumbnail.jsx" */
/** @import { Found, Launch, LaunchCalls, Outcome, Preset } from "./messages.js" */

/**
 * @typedef {{theme: string, values: Record<string, any>, networks: string[], optimizers: string[], recipes: string[]}} Config
 * @typedef {{theme: string, run_name: string, values: Record<string, any>}} Form
 * @typedef {{found: Found, form: Form, preset: Preset, chosen: string | null, log: string, outcome: Outcome | null, registering: boolean, ticked: string[], question: import("../shared/question.jsx").Asking | null, comparison: {value: any, pictures: ThumbnailSheet | null} | null, networks: string[], asked: string[], health: Health, notice: string, problem: string, starting: boolean}} LaunchState
 */

const POLL_MS = 1000;
/** What decides, with the theme's size, what a preset stands for. */
const STEERING = ["model.recipe", "data.batch_size"];

/** The theme of params.yaml, or the first one where that is not in the store. @param {Found["themes"]} themes @param {string} wanted */
function firstOf(themes, wanted) {
  return themes.some(({ name }) => name === wanted) ? wanted : (themes[0]?.name ?? wanted);
}

/** What the panel shows, and what it asks of the kernel. */
export class LaunchPanel {
  /** @param {Model} model @param {AbortSignal} signal @param {HTMLElement} root @param {HTMLElement} below Where a label panel goes. @param {() => void} draw */
  constructor(model, signal, root, below, draw) {
    this.signal = signal;
    this.draw = draw;
    /** @type {Config} */
    this.config = model.get("config");
    /** @type {Link<LaunchCalls>} */
    this.link = new Link(model, signal, { onHealth: (health) => this.set({ health }) });
    /** @type {LaunchState} */
    this.state = {
      found: model.get("state"),
      form: {
        theme: firstOf(model.get("state").themes, this.config.theme),
        run_name: "",
        values: { ...this.config.values },
      },
      preset: { values: this.config.values, also: {} },
      chosen: null,
      log: "",
      outcome: null,
      registering: false,
      ticked: [],
      question: null,
      comparison: null,
      networks: this.config.networks,
      asked: [],
      health: "live",
      notice: "",
      problem: "",
      starting: false,
    };
    const of = () => ({ id: this.state.chosen });
    const set = (/** @type {Partial<LaunchState>} */ change) => this.set(change);
    /** How the chosen training stood when it was read after its end. */
    this.settled = "";
    this.tested = new TestedImages({ model, signal, root, below, link: this.link, set, of });
    onTraits(model, signal, { state: (found) => this.set({ found }), trouble: (problem) => this.set({ problem }) });
  }

  /** @param {Partial<LaunchState>} change */
  set(change) {
    if (this.signal.aborted) return;
    this.state = { ...this.state, ...change };
    this.draw();
  }

  begin() {
    const running = this.state.found.launches.find((launch) => launch.state === "running");
    this.set({ chosen: running?.id ?? this.state.found.launches[0]?.id ?? null });
    poll(this, () => this.#refresh(), POLL_MS);
  }

  /** @returns {Launch | undefined} */
  get chosen() {
    return this.state.found.launches.find((launch) => launch.id === this.state.chosen);
  }

  /** What changes whenever there is more to read of the chosen training. */
  get #standing() {
    const { id, state, epochs, tested } = this.chosen ?? {};
    return [id, state, epochs, tested].join(" ");
  }

  async #refresh() {
    const asked = this.state.chosen;
    // What has ended, and was read since, says nothing new.
    const wanted = asked !== null && this.#standing !== this.settled;
    const [found, log, outcome] = await Promise.all([
      this.link.call("state"),
      wanted ? this.link.call("log", { id: asked }).catch(() => null) : null,
      wanted ? this.link.call("outcome", { id: asked }).catch(() => null) : null,
    ]);
    const was = this.chosen?.state;
    this.set({ found: found.value });
    if (asked === this.state.chosen && outcome) {
      this.set({ log: log?.value ?? this.state.log, outcome: outcome.value });
      if (this.chosen?.state !== "running") this.settled = this.#standing;
    }
    // What was said about a running one is past.
    if (was === "running" && this.chosen?.state !== "running") this.set({ notice: "" });
  }

  /** @param {string} id */
  choose(id) {
    this.settled = "";
    this.set({ chosen: id, log: "", outcome: null });
    this.tested.close();
  }

  /** Fill the fields with what a training was started with, to be changed and started. @param {Launch} launch */
  async again(launch) {
    const { theme } = launch;
    const given = { ...this.config.values, ...launch.overrides };
    try {
      const preset = (await this.link.call("preset", { theme, values: given })).value;
      const known = Object.entries(launch.overrides).filter(([name]) => Object.hasOwn(preset.values, name));
      const values = { ...preset.values, ...Object.fromEntries(known) };
      const notice = `The fields hold what ${launch.name} was started with: change them and start.`;
      this.set({ preset, form: { theme, run_name: "", values }, notice, problem: "" });
    } catch (error) {
      this.set({ notice: "", problem: message(error) });
    }
  }

  /** Let the fields that nobody changed follow the theme, the preset and the images per step. */
  async #follow() {
    const { theme, values } = this.state.form;
    // What was typed and is no number is told by whoever starts.
    const answer = await this.link
      .call("preset", { theme, values: typed(values, this.config.values) })
      .catch(() => null);
    const { form, preset } = this.state;
    if (!answer || STEERING.some((name) => form.values[name] !== values[name]) || form.theme !== theme) return;
    this.set({
      preset: answer.value,
      form: { ...form, values: following(form.values, preset.values, answer.value.values) },
    });
  }

  /** @param {Partial<Form>} change */
  fill(change) {
    this.set({ form: { ...this.state.form, ...change } });
  }

  /** Tick a training, or take its tick away; two that are ticked are compared. @param {Launch} launch */
  async tick(launch) {
    const { ticked } = this.state;
    const next = ticked.includes(launch.id)
      ? ticked.filter((id) => id !== launch.id)
      : [...ticked, launch.id].slice(-2);
    this.#putAway();
    this.set({ ticked: next, problem: "", notice: next.length === 2 ? "Comparing …" : "" });
    if (next.length < 2) return;
    const [second, first] = this.state.found.launches.map(({ id }) => id).filter((id) => next.includes(id));
    try {
      const answer = await this.link.call("compare", { first, second });
      if (this.state.ticked !== next) return;
      this.set({ comparison: { value: answer.value, pictures: sheetOf(answer) }, notice: "" });
    } catch (error) {
      this.set({ notice: "", problem: message(error) });
    }
  }

  #putAway() {
    const { comparison } = this.state;
    if (comparison?.pictures) URL.revokeObjectURL(comparison.pictures.url);
    this.set({ comparison: null });
  }

  /** Names of networks that hold what is typed, for the field to complete. @param {string} like */
  async complete(like) {
    const { value } = await this.link.call("networks", { like }).catch(() => ({ value: this.config.networks }));
    if (like === String(this.state.form.values["model.name"]) || like === "") this.set({ networks: value });
  }

  /**
   * Make the model of a training a version of the theme's model; what takes a stage from another version is asked first.
   * @param {Launch} launch @param {string} stage @param {number | undefined} leaves The version that leaves the stage for it.
   */
  register(launch, stage, leaves) {
    const run = () => this.#register(launch, stage);
    if (leaves === undefined) return run();
    const text = `Put the model of ${launch.name} into ${stage}? Version ${leaves} leaves it and is archived.`;
    this.set({ question: { text, button: `Put it into ${stage}`, run } });
  }

  /** @param {Launch} launch @param {string} stage */
  async #register(launch, stage) {
    this.set({ registering: true, notice: "Registering …", problem: "" });
    try {
      const { value } = await this.link.call("register", { id: launch.id, stage });
      const outcome = (await this.link.call("outcome", { id: launch.id })).value;
      this.set({ registering: false, notice: value, ...(launch.id === this.state.chosen ? { outcome } : {}) });
    } catch (error) {
      this.set({ registering: false, notice: "", problem: message(error) });
    }
  }

  /** @param {string} name @param {any} value */
  value(name, value) {
    this.fill({ values: { ...this.state.form.values, [name]: value } });
    if (STEERING.includes(name)) this.#follow();
  }

  /** @param {string} theme */
  theme(theme) {
    this.fill({ theme });
    this.#follow();
  }

  async start() {
    this.set({ starting: true, notice: "Starting …", problem: "" });
    try {
      const { theme, run_name, values } = this.state.form;
      const id = (await this.link.call("start", { theme, run_name, values: typed(values, this.config.values) })).value;
      const found = (await this.link.call("state")).value;
      this.set({
        starting: false,
        found,
        chosen: id,
        log: "",
        outcome: null,
        notice: "Started; it goes on when this page or the kernel is closed.",
      });
      this.tested.close();
      this.fill({ run_name: "" });
    } catch (error) {
      this.set({ starting: false, notice: "", problem: message(error) });
    }
  }

  /** A first press lets the batch end; to interrupt it is asked first. @param {Launch} launch */
  stop(launch) {
    if (!this.state.asked.includes(launch.id)) return this.#stop(launch, false);
    const text = `Interrupt ${launch.name}? It is not tested, and keeps the checkpoint of its last whole epoch.`;
    this.set({ question: { text, button: "Stop at once", danger: true, run: () => this.#stop(launch, true) } });
  }

  /** @param {Launch} launch @param {boolean} atOnce */
  async #stop(launch, atOnce) {
    try {
      const { value } = await this.link.call("stop", { id: launch.id, at_once: atOnce });
      this.set({ notice: value, problem: "", asked: [...this.state.asked, launch.id] });
    } catch (error) {
      this.set({ notice: "", problem: message(error) });
    }
  }
}
