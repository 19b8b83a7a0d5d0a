/** All images of the theme at a glance, a page at a time. */

/** @import { Link } from "../shared/messages.js" */
/** @import { ThumbnailSheet } from "../shared/thumbnail.jsx" */
/** @import { BoxCalls, BoxState, SeenImage } from "./messages.js" */

export class OverviewPage {
  /** @param {Link<BoxCalls>} link @param {() => void} changed */
  constructor(link, changed) {
    this.link = link;
    this.changed = changed;
    /** @type {SeenImage[]} */
    this.images = [];
    /** Which images are shown. @type {BoxState} */
    this.state = "all";
    /** How many images come before this page, and how many there are. */
    this.before = 0;
    this.total = 0;
    /** @type {ThumbnailSheet | null} */
    this.sheet = null;
    /** Which image of the page the keys are on. */
    this.cursor = 0;
    /** How many cards stand in a row. */
    this.columns = 1;
    this.loading = false;
    this.asked = 0;
  }

  get current() {
    return this.images[this.cursor];
  }

  /**
   * Load a page: `step` 0 that on which the image `at` is, 1 the one from it on, -1 the one before it. An answer that was
   * overtaken by another question is passed over.
   * @param {BoxState} state @param {number} at @param {number} step
   */
  async load(state, at, step) {
    this.asked += 1;
    const mine = this.asked;
    this.loading = true;
    this.state = state;
    this.changed();
    try {
      const { value, buffers } = await this.link.call("overview", { state, at, step });
      if (mine !== this.asked) return;
      this.#forget();
      Object.assign(this, { images: value.images, before: value.before, total: value.total });
      const { sheet } = value;
      if (sheet && buffers[0]) {
        const blob = new Blob([/** @type {any} */ (buffers[0])], { type: sheet.type });
        this.sheet = { ...sheet, url: URL.createObjectURL(blob) };
      }
      const found = this.images.findIndex(({ id }) => id === at);
      this.cursor = found >= 0 ? found : step < 0 ? Math.max(0, this.images.length - 1) : 0;
    } finally {
      if (mine === this.asked) this.loading = false;
      this.changed();
    }
  }

  /** Whether there is a page before (-1) or after (1). @param {number} step */
  has(step) {
    return step < 0 ? this.before > 0 : this.before + this.images.length < this.total;
  }

  /** The page before or after. @param {BoxState} state @param {number} step @returns {Promise<void>} */
  async turn(state, step) {
    if (!this.has(step) || this.loading) return;
    if (step < 0) await this.load(state, this.images[0].id, -1);
    else await this.load(state, this.images[this.images.length - 1].id + 1, 1);
  }

  /** Move the cursor by cards; over an end of the page to the page beside. @param {BoxState} state @param {number} by */
  move(state, by) {
    const to = this.cursor + by;
    if (to >= 0 && to < this.images.length) {
      this.cursor = to;
      this.changed();
      return;
    }
    this.turn(state, by < 0 ? -1 : 1);
  }

  #forget() {
    if (this.sheet) URL.revokeObjectURL(this.sheet.url);
    this.sheet = null;
  }
}
