import { message } from "./polling.js";

/** @import { Link, Model, Sheet } from "./messages.js" */
/** @import { Cell, TestImage } from "../training/messages.js" */

/**
 * @typedef {{which: Cell, title: string, count: number, images: TestImage[], sheet: Sheet | null, url: string}} Gallery
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
    /** What is waited for while a label panel opens. */
    this.labeling = "";
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
    try {
      const { value, buffers } = await link.call("images", { ...of?.(), ...which });
      this.close();
      const url = value.sheet
        ? URL.createObjectURL(new Blob([/** @type {any} */ (buffers[0])], { type: value.sheet.type }))
        : "";
      this.gallery = { ...value, which, title, url };
      set({ problem: "" });
      this.#bringUp();
    } catch (error) {
      set({ problem: message(error) });
    }
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
      this.labeling = "Opening the label panel …";
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
    this.labeling = "";
    set({ problem });
  }

  close() {
    if (this.gallery?.url) URL.revokeObjectURL(this.gallery.url);
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
