import { Link } from "../shared/messages.js";
import { message, onTraits, poll } from "../shared/polling.js";
import { address, jupyterBase } from "./address.js";

/** @import { Answer, Health, Model } from "../shared/messages.js" */
/** @import { Config, Study, TuningCalls } from "./messages.js" */

/**
 * @typedef {{study: Study, health: Health, waiting: string, notice: string, problem: string, question: import("../shared/question.jsx").Asking | null}} TuningState
 */

const POLL_MS = 1000;

/** What the panel shows, and what it asks of the kernel. */
export class TuningPanel {
  /** @param {Model & {on: any}} model @param {AbortSignal} signal @param {() => void} draw */
  constructor(model, signal, draw) {
    this.model = model;
    this.signal = signal;
    this.draw = draw;
    /** @type {Config} */
    this.config = model.get("config");
    /** @type {Link<TuningCalls>} */
    this.link = new Link(model, signal, { onHealth: (health) => this.set({ health }) });
    /** @type {TuningState} */
    this.state = { study: model.get("state"), health: "live", waiting: "", notice: "", problem: "", question: null };
    onTraits(model, signal, { state: (study) => this.set({ study }), trouble: (problem) => this.set({ problem }) });
  }

  /** @param {Partial<TuningState>} change */
  set(change) {
    if (this.signal.aborted) return;
    this.state = { ...this.state, ...change };
    this.draw();
  }

  begin() {
    this.set({});
    poll(this, () => this.#refresh(), POLL_MS);
  }

  /** Ask for the study's state; the kernel answers in a thread of its own, also beside a busy cell. */
  async #refresh() {
    const { value } = await this.link.call("state");
    if (JSON.stringify(value) === JSON.stringify(this.state.study)) return;
    // What was said about a search that ran is past.
    const ended = this.state.study.search?.state === "running" && value.search?.state !== "running";
    this.set({ study: value, ...(ended ? { notice: "" } : {}) });
  }

  /**
   * Ask for something that takes a while, and say what is waited for.
   * @template {keyof TuningCalls} Name
   * @param {Name} method @param {TuningCalls[Name]["params"]} params @param {string} waiting
   * @returns {Promise<TuningCalls[Name]["value"] | null>}
   */
  async ask(method, params, waiting) {
    this.set({ waiting, notice: "", problem: "" });
    try {
      const { value } = await this.link.call(method, params);
      this.set({ waiting: "", notice: typeof value === "string" ? value : "" });
      return value;
    } catch (error) {
      this.set({ waiting: "", problem: message(error) });
      return null;
    }
  }

  /** Begin a search in the background, or go on with it. @param {number | null} n_trials In total. @param {number | null} minutes @param {number} workers */
  async start(n_trials, minutes, workers) {
    const timeout = minutes === null ? null : minutes * 60;
    const started = await this.ask("start", { n_trials, timeout, workers }, "Starting a search");
    if (started !== null) await this.#refresh();
  }

  stop() {
    return this.ask("stop", { at_once: false }, "Asking for a stop");
  }

  /** Interrupt the trials that run now. @param {boolean} begun Whether any does: what they have done is lost. */
  interrupt(begun) {
    const run = async () => {
      await this.ask("stop", { at_once: true }, "Asking for a stop");
    };
    if (!begun) return run();
    const text = "Interrupt the trials that run now? They begin from the start when the search goes on.";
    this.set({ question: { text, button: "Stop at once", danger: true, run } });
  }

  /** @param {number | null} num_epochs */
  train(num_epochs) {
    return this.ask("train", { num_epochs }, "Starting the training");
  }

  register() {
    this.set({
      question: {
        text: "Make the best model a new version, in staging? A version that is there now will be archived.",
        button: "Register the best model",
        run: async () => {
          await this.ask("register", { stage: "staging" }, "Registering the best model");
        },
      },
    });
  }

  /** @param {"dashboard" | "mlflow"} kind @param {{number?: number, run_id?: string | null}} [what] */
  async open(kind, what = {}) {
    // The tab is opened in the click itself: browsers block one that comes later.
    const tab = window.open("about:blank", "_blank");
    const name = kind === "mlflow" ? "MLflow" : "the Optuna dashboard";
    const server = await this.ask("open", { kind, origin: location.origin, ...what }, `Starting ${name}`);
    if (server === null) {
      tab?.close();
      return;
    }
    const url = address(jupyterBase(document), server.port, server.path);
    if (tab) tab.location.href = url;
    else this.set({ notice: `Your browser kept the new tab shut. Open ${url}` });
  }
}
