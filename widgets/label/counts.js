/** @import { CountRow, Decision, Where } from "./messages.js" */

/**
 * How many samples a theme has by label, by skipping and by split. Small whatever the theme's size, and enough to follow
 * every decision without asking the kernel.
 */
export class Counts {
  /** @param {CountRow[]} rows */
  constructor(rows = []) {
    /** @type {Map<string, CountRow>} */
    this.rows = new Map();
    for (const [label, skipped, split, samples] of rows) this.#add(label, skipped, split, samples);
  }

  /** The counts after some changes. @param {Iterable<{before: Decision, after: Decision, split: string | null}>} changes */
  after(changes) {
    const next = new Counts([...this.rows.values()]);
    for (const { before, after, split } of changes) {
      next.#add(before.label, before.skipped, split, -1);
      next.#add(after.label, after.skipped, split, 1);
    }
    return next;
  }

  /** How many samples match. @param {Partial<Where>} [where] */
  total(where = {}) {
    let sum = 0;
    for (const row of this.rows.values()) if (matches(row, where)) sum += row[3];
    return sum;
  }

  /** Of each label, how many samples match; null stands for none. @param {Partial<Where>} [where] */
  byLabel(where = {}) {
    /** @type {Map<number | null, number>} */
    const sums = new Map();
    for (const row of this.rows.values()) {
      if (matches(row, where)) sums.set(row[0], (sums.get(row[0]) ?? 0) + row[3]);
    }
    return sums;
  }

  /** @param {number | null} label @param {boolean} skipped @param {string | null} split @param {number} samples */
  #add(label, skipped, split, samples) {
    const key = `${label}|${skipped}|${split}`;
    const row = this.rows.get(key) ?? [label, skipped, split, 0];
    this.rows.set(key, [label, skipped, split, row[3] + samples]);
  }
}

/** @param {CountRow} row @param {Partial<Where>} where */
function matches([label, skipped, split], where) {
  if (where.state === "labeled" && label === null) return false;
  if (where.state === "unlabeled" && (label !== null || skipped)) return false;
  if (where.state === "skipped" && !skipped) return false;
  if (where.label !== undefined && where.label !== null && label !== where.label) return false;
  if (where.split && (where.split === "none" ? split !== null : split !== where.split)) return false;
  return true;
}
