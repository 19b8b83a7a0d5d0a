/**
 * What is selected: single samples, or everything that matches the filter. Immutable, so that a view can tell by
 * comparing whether it has changed.
 */
export class Selection {
  /**
   * @param {ReadonlySet<number>} ids
   * @param {number | null} anchor Where a Shift-range begins.
   * @param {number | null} matching How many match the filter, when all of them are selected.
   * @param {boolean} clicked Whether a plain click came to one image: where the cursor goes, it does not stay behind.
   */
  constructor(ids = new Set(), anchor = null, matching = null, clicked = false) {
    this.ids = ids;
    this.anchor = anchor;
    this.matching = matching;
    this.clicked = clicked;
  }

  get size() {
    return this.matching ?? this.ids.size;
  }

  /** @param {number} id */
  has(id) {
    return this.matching !== null || this.ids.has(id);
  }

  /** Select one alone. @param {number} id @param {boolean} [clicked] */
  only(id, clicked = false) {
    return new Selection(new Set([id]), id, null, clicked);
  }

  /** Select one more, or one less; where everything was selected, the others of the page stay so. @param {number} id @param {readonly number[]} page */
  toggle(id, page) {
    const ids = new Set(this.matching === null ? this.ids : page);
    if (!ids.delete(id)) ids.add(id);
    // Where nothing is selected any more, the next range begins at the cursor, wherever it is by then.
    return new Selection(ids, ids.size > 0 ? id : null);
  }

  /**
   * Select from the anchor to here, in the order of the page; with `keep`, beside what was selected.
   * @param {number} id @param {readonly number[]} page @param {boolean} [keep]
   */
  range(id, page, keep = false) {
    const from = this.anchor === null ? -1 : page.indexOf(this.anchor);
    const to = page.indexOf(id);
    if (from < 0 || to < 0) return keep ? new Selection(new Set([...this.ids, id]), id) : this.only(id);
    const between = page.slice(Math.min(from, to), Math.max(from, to) + 1);
    return new Selection(new Set([...(keep ? this.ids : []), ...between]), this.anchor);
  }

  /** Select these beside what was selected. @param {readonly number[]} page */
  all(page) {
    return new Selection(new Set([...this.ids, ...page]), this.anchor ?? page[0] ?? null);
  }

  /** Select everything that matches the filter. @param {number} matching */
  everything(matching) {
    return new Selection(new Set(), null, matching);
  }

  none() {
    return new Selection();
  }

  /** What stays selected when the cursor goes elsewhere: all but what a plain click came to. */
  left() {
    return this.clicked ? this.none() : this;
  }
}
