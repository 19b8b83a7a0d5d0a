import { Link } from "../shared/messages.js";
import { message, onTraits, poll } from "../shared/polling.js";

/** @import { Health, Model, Sheet } from "../shared/messages.js" */
/** @import { Cell, TestImage, Training, TrainingCalls } from "./messages.js" */

/**
 * @typedef {{which: Cell, title: string, count: number, images: TestImage[], sheet: Sheet | null, url: string}} Gallery
 * @typedef {{training: Training, gallery: Gallery | null, health: Health, notice: string, problem: string, labeling: string}} TrainingState
 */

const POLL_MS = 700;
const FOUND_WITHIN_MS = 5000;

/** What the panel shows, and what it asks of the kernel. */
export class TrainingPanel {
  /** @param {Model} model @param {AbortSignal} signal @param {HTMLElement} root @param {HTMLElement} below Where the label panel goes. @param {() => void} draw */
  constructor(model, signal, root, below, draw) {
    this.model = model;
    this.signal = signal;
    this.root = root;
    this.draw = draw;
    this.below = below;
    /** @type {any} */
    this.labelView = null;
    /** @type {Link<TrainingCalls>} */
    this.link = new Link(model, signal, { onHealth: (health) => this.set({ health }) });
    /** @type {TrainingState} */
    this.state = { training: model.get("state"), gallery: null, health: "live", notice: "", problem: "", labeling: "" };
    onTraits(model, signal, {
      state: (training) => this.update(training),
      trouble: (problem) => this.set({ problem }),
    });
    signal.addEventListener("abort", () => {
      this.close();
      this.labelView?.remove();
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
    if (training.run_id !== this.state.training.run_id) this.close();
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

  /** Show the images of a cell of the matrix, or the mistakes. @param {Cell} which @param {string} title */
  async show(which, title) {
    try {
      const { value, buffers } = await this.link.call("images", which);
      this.close();
      const url = value.sheet
        ? URL.createObjectURL(new Blob([/** @type {any} */ (buffers[0])], { type: value.sheet.type }))
        : "";
      this.set({ gallery: { ...value, which, title, url }, problem: "" });
      this.#bringUp();
    } catch (error) {
      this.set({ problem: message(error) });
    }
  }

  /** Scroll the panel, not the notebook, to the gallery. */
  #bringUp() {
    const scroller = this.root.querySelector(".wb-scroll");
    const images = this.root.querySelector(".wb-images");
    if (scroller && images)
      scroller.scrollTop += images.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 8;
  }

  /** Open all images of the gallery in a label panel below, to correct their labels. @param {Gallery} gallery */
  async label(gallery) {
    try {
      this.set({ labeling: "Opening the label panel …", problem: "" });
      const id = (await this.link.call("label", { ...gallery.which, about: gallery.title })).value;
      if (!this.labelView) {
        // An element of JupyterLab's own: the panel is a widget, as if a cell had shown it.
        const manager = /** @type {any} */ (this.model).widget_manager;
        this.labelView = await manager.create_view(await found(manager, id), {});
        this.below.append(this.labelView.el);
      }
      this.set({ labeling: "" });
      this.below.scrollIntoView({ block: "nearest" });
    } catch (error) {
      this.set({ labeling: "", problem: message(error) });
    }
  }

  close() {
    if (this.state.gallery?.url) URL.revokeObjectURL(this.state.gallery.url);
    this.set({ gallery: null });
  }
}

/** The browser's half of a widget, which may come a moment after its name. @param {any} manager @param {string} id */
async function found(manager, id) {
  const until = performance.now() + FOUND_WITHIN_MS;
  while (!manager.has_model(id)) {
    if (performance.now() > until)
      throw new Error(
        "This notebook does not show one panel below another: run LabelPanel(theme, samples=...) in a cell.",
      );
    await new Promise((done) => setTimeout(done, 50));
  }
  return manager.get_model(id);
}
