import { recall, remember } from "./preferences.js";
import { sheetOf } from "./sheet.js";

/** @import { Instructions, Link } from "./messages.js" */
/** @import { ThumbnailSheet } from "./thumbnail.jsx" */

/** @typedef {{id: number, born: string, description: string}} Described A theme; `born` tells it from one of another store with the same number. */
/** @typedef {Omit<Instructions, "sheet"> & {sheet: ThumbnailSheet | null, coming?: boolean}} Told */

/** Takes its room at once, so that nothing moves when it comes. @type {Told} */
const COMING = { html: "", examples: [], sheet: null, coming: true };

/** How large the pictures of a label are shown. */
export const SIDE = 64;

/** What a theme's labels mean, beside the images: shown where it has not been hidden, which a browser remembers. */
export class InstructionsBeside {
  /** @param {{link: Link<any>, store: string, changed: () => void, failed: (error: unknown) => void}} panel */
  constructor(panel) {
    this.panel = panel;
    /** @type {Told | null} */
    this.told = null;
    /** @type {Described | null} */
    this.theme = null;
  }

  /** Begin with a theme; one without a description has its instructions hidden at first. @param {Described | null} theme */
  open(theme) {
    this.theme = theme;
    this.#show(null);
    if (theme && recall(this.panel.store, nameOf(theme), Boolean(theme.description))) this.read();
  }

  toggle() {
    if (!this.theme) return;
    const open = this.told === null;
    remember(this.panel.store, nameOf(this.theme), open);
    if (open) this.read();
    else this.#show(null);
  }

  async read() {
    const { theme } = this;
    if (!theme) return;
    if (!this.told) this.#show(COMING);
    try {
      const side = Math.round(SIDE * Math.min(window.devicePixelRatio, 2));
      const answer = await this.panel.link.call("instructions", { theme: theme.id, side });
      if (this.theme === theme) this.#show({ ...answer.value, sheet: sheetOf(answer) });
    } catch (error) {
      if (this.theme === theme && this.told === COMING) this.#show(null);
      this.panel.failed(error);
    }
  }

  /** @param {Told | null} told */
  #show(told) {
    if (this.told?.sheet) URL.revokeObjectURL(this.told.sheet.url);
    this.told = told;
    this.panel.changed();
  }
}

/** @param {Described} theme */
function nameOf({ id, born }) {
  return `${id}/${born}/instructions`;
}
