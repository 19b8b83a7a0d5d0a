import { Link } from "../shared/messages.js";
import { message, onTraits, poll } from "../shared/polling.js";
import { TestedImages } from "../shared/tested_images.js";

/** @import { Health, Model } from "../shared/messages.js" */
/** @import { Training, TrainingCalls } from "./messages.js" */

/**
 * @typedef {{training: Training, health: Health, notice: string, problem: string}} TrainingState
 */

const POLL_MS = 700;

/** What the panel shows, and what it asks of the kernel. */
export class TrainingPanel {
  /** @param {Model} model @param {AbortSignal} signal @param {HTMLElement} root @param {HTMLElement} below Where the label panel goes. @param {() => void} draw */
  constructor(model, signal, root, below, draw) {
    this.signal = signal;
    this.draw = draw;
    /** @type {Link<TrainingCalls>} */
    this.link = new Link(model, signal, { onHealth: (health) => this.set({ health }) });
    /** @type {TrainingState} */
    this.state = { training: model.get("state"), health: "live", notice: "", problem: "" };
    this.tested = new TestedImages({ model, signal, root, below, link: this.link, set: (change) => this.set(change) });
    onTraits(model, signal, {
      state: (training) => this.update(training),
      trouble: (problem) => this.set({ problem }),
    });
  }

  /** @param {Partial<TrainingState>} change */
  set(change) {
    if (this.signal.aborted) return;
    this.state = { ...this.state, ...change };
    this.draw();
  }

  begin() {
    this.set({});
    poll(this, () => this.#refresh(), POLL_MS);
  }

  /** @param {Training} training */
  update(training) {
    if (JSON.stringify(training) === JSON.stringify(this.state.training)) return;
    if (training.run_id !== this.state.training.run_id) this.tested.close();
    this.set({ training, notice: training.state === "training" ? this.state.notice : "" });
  }

  async #refresh() {
    this.update((await this.link.call("state")).value);
  }

  async stop() {
    try {
      this.set({ notice: "Asking for a stop …", problem: "" });
      this.set({ notice: (await this.link.call("stop")).value });
    } catch (error) {
      this.set({ notice: "", problem: message(error) });
    }
  }
}
