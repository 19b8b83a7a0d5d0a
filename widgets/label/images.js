/** @import { Link } from "../shared/messages.js" */
/** @import { ImageInfo, LabelCalls } from "./messages.js" */

/**
 * @typedef {object} LoadedImage
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
export class ImageCache {
  /** @param {Link<LabelCalls>} link @param {(id: number) => void} onChange Called when an image can be shown, or cannot be. */
  constructor(link, onChange) {
    this.link = link;
    this.onChange = onChange;
    /** @type {Map<number, LoadedImage>} */
    this.images = new Map();
    this.bytes = 0;
    this.fetched = 0;
    this.fetchedBytes = 0;
    this.asking = false;
    /** @type {number[]} */
    this.wanted = [];
  }

  /** @param {number} id @returns {LoadedImage | undefined} */
  get(id) {
    return this.images.get(id);
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
    this.wanted = [...next, ...before].filter((id) => !this.images.has(id));
    const nearby = new Set([...next, ...before]);
    if (this.bytes > MOST_BYTES || this.images.size > 600) this.#forget(nearby);
    // Not one with every key: some dozens when a fifth of what lies ahead has been used up.
    const near = next.slice(0, Math.ceil(next.length * 0.8));
    if (near.some((id) => !this.images.has(id)) || next.length <= this.ahead) this.#ask();
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
      .call("images", { ids })
      .then(({ value, buffers }) => {
        this.asking = false;
        for (const [index, info] of value.images.entries()) this.#take(info, buffers[index]);
        this.wanted = this.wanted.filter((id) => !this.images.has(id));
        this.#ask();
      })
      .catch(() => {
        // The next step asks once more; the status line shows the state of the connection.
        this.asking = false;
      });
  }

  /** @param {ImageInfo} info @param {DataView} content */
  #take(info, content) {
    /** @type {LoadedImage} */
    const loaded = { image: null, error: info.error ?? "", url: "", bytes: content.byteLength };
    this.images.set(info.id, loaded);
    this.bytes += loaded.bytes;
    if (loaded.error) {
      this.onChange(info.id);
      return;
    }
    this.fetched += 1;
    this.fetchedBytes += loaded.bytes;
    const image = new Image();
    image.draggable = false;
    image.alt = "";
    // A small image lies in its own address, which spares the way through the browser's other processes, and is decoded
    // while it is painted; a large one is decoded before.
    const small = content.byteLength < SMALL_BYTES;
    if (small) image.decoding = "sync";
    else loaded.url = URL.createObjectURL(new Blob([/** @type {any} */ (content)], { type: info.type }));
    image.src = small ? `data:${info.type};base64,${base64(content)}` : loaded.url;
    (small ? whenLoaded(image) : image.decode()).then(
      () => {
        loaded.image = image;
        this.onChange(info.id);
      },
      () => {
        loaded.error = "The browser cannot show this image.";
        this.onChange(info.id);
      },
    );
  }

  /** @param {Set<number>} kept */
  #forget(kept) {
    for (const [id, loaded] of this.images) {
      if (kept.has(id)) continue;
      if (loaded.url) URL.revokeObjectURL(loaded.url);
      this.bytes -= loaded.bytes;
      this.images.delete(id);
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
function whenLoaded(image) {
  return new Promise((done, failed) => {
    image.onload = () => done();
    image.onerror = () => failed(new Error("The browser cannot show this image."));
  });
}
