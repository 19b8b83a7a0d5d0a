/** @import { Sheet } from "../shared/messages.js" */

/**
 * @typedef {{url: string, width: number, height: number, close: () => void}} Picture A decoded sheet; `width` and `height` in pixels.
 * @typedef {{sheet: Picture, x: number, y: number, width: number, height: number}} Thumbnail
 */

/** Older thumbnails go, so that paging through a million images takes no more memory than some pages; those of the largest page stay. */
const MOST_PIXELS = 24_000_000;
const MOST_THUMBNAILS = 20_000;
const ALWAYS_KEPT = 1200;

/** Thumbnails, cut out of the sheets that the kernel sends. */
export class Thumbnails {
  /** @param {() => void} onChange Called when new ones can be drawn. @param {(blob: Blob) => Promise<Picture>} [decode] */
  constructor(onChange, decode = decoded) {
    this.onChange = onChange;
    this.decode = decode;
    /** @type {Map<number, Thumbnail | "broken">} */
    this.thumbnails = new Map();
    /** @type {{picture: Picture | null, ids: number[]}[]} */
    this.sheets = [];
  }

  /** @param {number} id @returns {Thumbnail | "broken" | undefined} */
  get(id) {
    return this.thumbnails.get(id);
  }

  /** The samples of a list that are known already. @param {number[]} ids */
  known(ids) {
    return ids.filter((id) => this.thumbnails.has(id));
  }

  /** @param {Sheet} sheet @param {DataView} content */
  async add(sheet, content) {
    const some = sheet.sizes.some(([width]) => width > 0);
    const blob = new Blob(
      [/** @type {ArrayBuffer} */ (content.buffer).slice(content.byteOffset, content.byteOffset + content.byteLength)],
      { type: sheet.type },
    );
    const picture = some ? await this.decode(blob) : null;
    sheet.ids.forEach((id, index) => {
      const [width, height] = sheet.sizes[index];
      const x = (index % sheet.columns) * sheet.cell;
      const y = Math.floor(index / sheet.columns) * sheet.cell;
      this.thumbnails.set(id, picture && width > 0 ? { sheet: picture, x, y, width, height } : "broken");
    });
    this.sheets.push({ picture, ids: sheet.ids });
    while (this.#tooMany()) this.#drop();
    this.onChange();
  }

  clear() {
    while (this.sheets.length > 0) this.#drop();
  }

  #tooMany() {
    let pixels = 0;
    let thumbnails = 0;
    for (const { picture, ids } of this.sheets) {
      pixels += picture ? picture.width * picture.height : 0;
      thumbnails += ids.length;
    }
    if (this.sheets.length < 2 || thumbnails - this.sheets[0].ids.length < ALWAYS_KEPT) return false;
    return pixels > MOST_PIXELS || thumbnails > MOST_THUMBNAILS;
  }

  #drop() {
    const sheet = this.sheets.shift();
    for (const id of sheet?.ids ?? []) {
      const thumb = this.thumbnails.get(id);
      if (thumb === "broken" || thumb?.sheet === sheet?.picture) this.thumbnails.delete(id);
    }
    sheet?.picture?.close();
  }
}

/** Decode a sheet, so that everything cut out of it is painted at once. @param {Blob} blob @returns {Promise<Picture>} */
async function decoded(blob) {
  const url = URL.createObjectURL(blob);
  const image = new Image();
  image.src = url;
  await image.decode();
  // The image is held until it is closed: with it goes what the browser has decoded.
  return { url, width: image.naturalWidth, height: image.naturalHeight, close: () => URL.revokeObjectURL(image.src) };
}
