import { Outbox } from "./outbox.js";

/** @import { Journal } from "../shared/journal.js" */
/** @import { Entry, Outcome } from "./messages.js" */

/** What waits for the kernel, by theme: what waits for one goes on being sent while a person looks at another. */
export class Outboxes {
  /** @param {(theme: number, born: string) => Journal} journal Where the edits of a theme are kept. @param {(size: number) => void} [onSize] Called when more or fewer edits wait. */
  constructor(journal, onSize = () => undefined) {
    this.journal = journal;
    this.onSize = onSize;
    /** @type {Map<number, Outbox>} */
    this.boxes = new Map();
  }

  /** How many edits wait, whatever their theme. */
  get size() {
    let size = 0;
    for (const box of this.boxes.values()) size += box.size;
    return size;
  }

  /** The outbox of a theme, with what an earlier view of it could not send. @param {number} theme @param {string} born When it was created. @returns {Outbox} */
  open(theme, born) {
    const box = this.boxes.get(theme) ?? new Outbox(this.journal(theme, born), () => this.onSize(this.size));
    this.boxes.set(theme, box);
    this.onSize(this.size);
    return box;
  }

  /** The next edits to send, all of one theme: of this one if any of its edits wait. @param {number | undefined} theme @returns {{theme: number, entries: Entry[]} | null} */
  next(theme) {
    const first = [...this.boxes].sort(([a], [b]) => Number(b === theme) - Number(a === theme));
    for (const [of, box] of first) {
      const entries = box.next();
      if (entries.length > 0) return { theme: of, entries };
    }
    return null;
  }

  /** Whether an edit of many images is under way, whatever its theme. */
  get underWay() {
    return [...this.boxes.values()].some((box) => box.underWay.size > 0);
  }

  /** Remove what the kernel has done. @param {number} theme @param {Outcome[]} outcomes @returns {[Entry, Outcome][]} */
  settle(theme, outcomes) {
    return this.boxes.get(theme)?.settle(outcomes) ?? [];
  }
}
