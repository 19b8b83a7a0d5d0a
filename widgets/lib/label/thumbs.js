/** @import { Sheet } from "./types.js" */

/** @typedef {{bitmap: ImageBitmap, x: number, y: number, width: number, height: number}} Thumb */

/** Older thumbnails go, so that paging through a million images takes no more memory than some pages; those of the largest page stay. */
const MOST_PIXELS = 24_000_000;
const MOST_THUMBS = 20_000;
const ALWAYS_KEPT = 1200;

/** Thumbnails, cut out of the sheets that the kernel sends. */
export class Thumbs {
  /** @param {() => void} onChange Called when new ones can be drawn. */
  constructor(onChange) {
    this.onChange = onChange;
    /** @type {Map<number, Thumb | "broken">} */
    this.thumbs = new Map();
    /** @type {{bitmap: ImageBitmap | null, ids: number[]}[]} */
    this.sheets = [];
  }

  /** @param {number} id @returns {Thumb | "broken" | undefined} */
  get(id) {
    return this.thumbs.get(id);
  }

  /** The samples of a list that are known already. @param {number[]} ids */
  known(ids) {
    return ids.filter((id) => this.thumbs.has(id));
  }

  /** @param {Sheet} sheet @param {DataView} content */
  async add(sheet, content) {
    const some = sheet.sizes.some(([width]) => width > 0);
    const blob = new Blob([/** @type {ArrayBuffer} */ (content.buffer).slice(content.byteOffset, content.byteOffset + content.byteLength)], { type: sheet.type });
    const bitmap = some ? await createImageBitmap(blob) : null;
    sheet.ids.forEach((id, index) => {
      const [width, height] = sheet.sizes[index];
      const x = (index % sheet.columns) * sheet.cell;
      const y = Math.floor(index / sheet.columns) * sheet.cell;
      this.thumbs.set(id, bitmap && width > 0 ? { bitmap, x, y, width, height } : "broken");
    });
    this.sheets.push({ bitmap, ids: sheet.ids });
    while (this.#tooMany()) this.#drop();
    this.onChange();
  }

  clear() {
    while (this.sheets.length > 0) this.#drop();
  }

  #tooMany() {
    let pixels = 0;
    let thumbs = 0;
    for (const { bitmap, ids } of this.sheets) {
      pixels += bitmap ? bitmap.width * bitmap.height : 0;
      thumbs += ids.length;
    }
    if (this.sheets.length < 2 || thumbs - this.sheets[0].ids.length < ALWAYS_KEPT) return false;
    return pixels > MOST_PIXELS || thumbs > MOST_THUMBS;
  }

  #drop() {
    const sheet = this.sheets.shift();
    for (const id of sheet?.ids ?? []) {
      const thumb = this.thumbs.get(id);
      if (thumb === "broken" || thumb?.bitmap === sheet?.bitmap) this.thumbs.delete(id);
    }
    sheet?.bitmap?.close();
  }
}
