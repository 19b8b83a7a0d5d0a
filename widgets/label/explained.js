/** @import { Link } from "../shared/messages.js" */
/** @import { Explained, LabelCalls } from "./messages.js" */

/** @typedef {{answer: Explained | null, url: string, error: string}} ExplainedImage No answer yet while it is asked for. */

const WAIT_MS = 400;
const MOST = 60;

/** What a model says of the images that are shown large and where it looks, asked for one by one as a person comes to them. */
export class ExplainedImages {
  /** @param {Link<LabelCalls>} link @param {() => void} onChange @param {AbortSignal} signal */
  constructor(link, onChange, signal) {
    this.link = link;
    this.onChange = onChange;
    this.signal = signal;
    this.shown = false;
    this.asking = false;
    /** The image that a person is at. */
    this.wanted = 0;
    this.theme = 0;
    /** @type {Map<number, ExplainedImage>} */
    this.images = new Map();
    signal.addEventListener("abort", () => this.#forget());
  }

  /** @returns {boolean} Whether they are shown from now on. */
  toggle() {
    this.shown = !this.shown;
    // What failed is tried once more.
    if (this.shown) this.#forget();
    return this.shown;
  }

  /** Ask about an image, unless it is known. @param {number} theme @param {number} id @returns {ExplainedImage} */
  follow(theme, id) {
    this.wanted = id;
    if (theme !== this.theme) this.#forget();
    this.theme = theme;
    const known = this.images.get(id);
    if (!known && !this.asking) this.#ask(theme, id);
    return known ?? { answer: null, url: "", error: "" };
  }

  /** @param {number} theme @param {number} id */
  async #ask(theme, id) {
    this.asking = true;
    /** @type {ExplainedImage | null} */
    let found = null;
    let wait = 0;
    try {
      const { value, buffers } = await this.link.call("explain", { theme, sample: id });
      if (value.waiting) wait = WAIT_MS;
      else found = { answer: value, url: this.#url(buffers[0]), error: "" };
    } catch (error) {
      found = { answer: null, url: "", error: error instanceof Error ? error.message : String(error) };
    }
    if (found && theme === this.theme && !this.signal.aborted) {
      if (this.images.size >= MOST) this.#forget();
      this.images.set(id, found);
    } else if (found?.url) URL.revokeObjectURL(found.url);
    setTimeout(() => {
      this.asking = false;
      if (this.signal.aborted || !this.shown) return;
      if (wait && this.wanted === id) this.#ask(theme, id);
      else this.onChange();
    }, wait);
  }

  /** @param {DataView} content */
  #url(content) {
    return URL.createObjectURL(new Blob([/** @type {any} */ (content)], { type: "image/png" }));
  }

  #forget() {
    for (const { url } of this.images.values()) if (url) URL.revokeObjectURL(url);
    this.images.clear();
  }
}
