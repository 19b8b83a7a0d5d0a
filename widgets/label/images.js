/** @import { Link } from "../shared/messages.js" */

/**
 * @typedef {object} Picture
 * @property {HTMLImageElement | null} image Decoded, ready to be painted; null while it is under way or broken.
 * @property {string} error Why it cannot be shown.
 * @property {string} url To be revoked; empty for a small image.
 * @property {number} bytes
 */

const MOST_BYTES = 96_000_000;
const AHEAD_BYTES = 6_000_000;
/** So many tiny ones: half a second of the fastest keys. */
const MOST_AHEAD = 256;
const BEHIND = 3;
const SMALL_BYTES = 50_000;
/** Together in one message: as many as may come without a pause of the keys being noticed. */
const MOST_AT_ONCE = 128;

/**
 * Whole images for the focus view: fetched ahead of time and decoded, so that the next one is painted at once. Small images
 * are fetched far ahead, large ones a few.
 */
export class Pictures {
  /** @param {Link} link @param {(id: number) => void} onChange Called when an image can be shown, or cannot be. */
  constructor(link, onChange) {
    this.link = link;
    this.onChange = onChange;
    /** @type {Map<number, Picture>} */
    this.pictures = new Map();
    this.bytes = 0;
    this.fetched = 0;
    this.fetchedBytes = 0;
    this.asking = false;
    /** @type {number[]} */
    this.wanted = [];
  }

  /** @param {number} id @returns {Picture | undefined} */
  get(id) {
    return this.pictures.get(id);
  }

  /** How many images to fetch ahead. */
  get ahead() {
    const mean = this.fetched > 0 ? this.fetchedBytes / this.fetched : 100_000;
    return Math.max(6, Math.min(MOST_AHEAD, Math.floor(AHEAD_BYTES / Math.max(mean, 1))));
  }

  /** Fetch what a person will see next. @param {number[]} ids The sequence. @param {number} index Where the person is. */
  follow(ids, index) {
    const next = ids.slice(index, index + this.ahead + 1);
    const before = ids.slice(Math.max(0, index - BEHIND), index);
    this.wanted = [...next, ...before].filter((id) => !this.pictures.has(id));
    const nearby = new Set([...next, ...before]);
    if (this.bytes > MOST_BYTES || this.pictures.size > 600) this.#forget(nearby);
    // Not one with every key: some dozens when a fifth of what lies ahead has been used up.
    const near = next.slice(0, Math.ceil(next.length * 0.8));
    if (near.some((id) => !this.pictures.has(id)) || next.length <= this.ahead) this.#ask();
  }

  clear() {
    this.wanted = [];
    this.#forget(new Set());
  }

  #ask() {
    if (this.asking || this.wanted.length === 0) return;
    // A few at first, so that the image a person looks at does not wait for those that come later.
    const ids = this.wanted.slice(0, this.fetched > 0 ? MOST_AT_ONCE : 8);
    this.asking = true;
    this.link
      .call("pictures", { ids })
      .then(({ value, buffers }) => {
        this.asking = false;
        for (const [index, told] of value.pictures.entries()) this.#take(told, buffers[index]);
        this.wanted = this.wanted.filter((id) => !this.pictures.has(id));
        this.#ask();
      })
      .catch(() => {
        // Asked for again with the next step; the status line tells about the connection.
        this.asking = false;
      });
  }

  /** @param {{id: number, type?: string, error?: string}} told @param {DataView} content */
  #take(told, content) {
    /** @type {Picture} */
    const picture = { image: null, error: told.error ?? "", url: "", bytes: content.byteLength };
    this.pictures.set(told.id, picture);
    this.bytes += picture.bytes;
    if (picture.error) {
      this.onChange(told.id);
      return;
    }
    this.fetched += 1;
    this.fetchedBytes += picture.bytes;
    const image = new Image();
    image.draggable = false;
    image.alt = "";
    // A small image lies in its own address, which spares the way through the browser's other processes, and is decoded
    // while it is painted; a large one is decoded before.
    const small = content.byteLength < SMALL_BYTES;
    if (small) image.decoding = "sync";
    else picture.url = URL.createObjectURL(new Blob([/** @type {any} */ (content)], { type: told.type }));
    image.src = small ? `data:${told.type};base64,${base64(content)}` : picture.url;
    (small ? loaded(image) : image.decode()).then(
      () => {
        picture.image = image;
        this.onChange(told.id);
      },
      () => {
        picture.error = "The browser cannot show this image.";
        this.onChange(told.id);
      },
    );
  }

  /** @param {Set<number>} kept */
  #forget(kept) {
    for (const [id, picture] of this.pictures) {
      if (kept.has(id)) continue;
      if (picture.url) URL.revokeObjectURL(picture.url);
      this.bytes -= picture.bytes;
      this.pictures.delete(id);
    }
  }
}

/** @param {DataView} content */
function base64(content) {
  const bytes = new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  let text = "";
  // In pieces, as a function takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/** @param {HTMLImageElement} image @returns {Promise<void>} */
function loaded(image) {
  return new Promise((done, failed) => {
    image.onload = () => done();
    image.onerror = () => failed(new Error("The browser cannot show this image."));
  });
}
