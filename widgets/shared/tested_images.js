import { message } from "./polling.js";
import { sheetOf } from "./sheet.js";

/** @import { Link, Model } from "./messages.js" */
/** @import { ThumbnailSheet } from "./thumbnail.jsx" */
/** @import { Cell, TestImage } from "../training/messages.js" */

/**
 * @typedef {{which: Cell, title: string, count: number, images: TestImage[], sheet: ThumbnailSheet | null}} Gallery
 * @typedef {{
 *   model: Model, signal: AbortSignal, root: HTMLElement, below: HTMLElement, link: Link<any>,
 *   set: (change: {problem?: string}) => void, of?: () => Record<string, any>,
 * }} Around What a panel lends: where a label panel goes (`below`), and which training its calls are `of`.
 */

const FOUND_WITHIN_MS = 5000;

/** The test images of a training: a gallery of some in the panel, and a label panel of them below it. */
export class TestedImages {
  /** @param {Around} around */
  constructor(around) {
    this.around = around;
    /** @type {Gallery | null} */
    this.gallery = null;
    /** The image of the gallery whose models are shown. @type {number | null} */
    this.traced = null;
    /** What is waited for, empty when for nothing. */
    this.waiting = "";
    this.labelPanel = "";
    /** @type {any} */
    this.labelView = null;
    around.signal.addEventListener("abort", () => {
      this.close();
      this.labelView?.remove();
    });
  }

  /** Show the images of a cell of the matrix, or the mistakes. @param {Cell} which @param {string} title */
  async show(which, title) {
    const { link, set, of } = this.around;
    let problem = "";
    this.waiting = "Looking for the images …";
    set({ problem });
    try {
      const answer = await link.call("images", { ...of?.(), ...which });
      this.close();
      this.gallery = { ...answer.value, which, title, sheet: sheetOf(answer) };
    } catch (error) {
      problem = message(error);
    }
    this.waiting = "";
    set({ problem });
    if (!problem) this.#bringUp();
  }

  /** Scroll the panel, not the notebook, to the gallery. */
  #bringUp() {
    const scroller = this.around.root.querySelector(".wb-scroll");
    const images = this.around.root.querySelector(".wb-images");
    if (scroller && images)
      scroller.scrollTop += images.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 8;
  }

  /** Open images in a label panel below, to correct their labels. @param {Cell} which @param {string} title */
  async label(which, title) {
    const { link, set, of, model, below } = this.around;
    let problem = "";
    try {
      this.waiting = "Opening the label panel …";
      set({ problem });
      const id = (await link.call("label", { ...of?.(), ...which, about: title })).value;
      if (id !== this.labelPanel) {
        this.labelView?.remove();
        // An element of JupyterLab's own: the panel is a widget, as if a cell had shown it.
        const manager = /** @type {any} */ (model).widget_manager;
        this.labelView = await manager.create_view(await found(manager, id), {});
        this.labelPanel = id;
        below.append(this.labelView.el);
      }
      below.scrollIntoView({ block: "nearest" });
    } catch (error) {
      problem = message(error);
    }
    this.waiting = "";
    set({ problem });
  }

  /** Show which runs know an image of the gallery, or no longer. @param {number} sample */
  trace(sample) {
    this.traced = this.traced === sample ? null : sample;
    this.around.set({});
  }

  close() {
    this.traced = null;
    if (this.gallery?.sheet) URL.revokeObjectURL(this.gallery.sheet.url);
    this.gallery = null;
    this.around.set({});
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
