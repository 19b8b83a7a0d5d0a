/** @import { Change, Decision, Entry, Outcome } from "./messages.js" */
/** @import { Journal } from "../shared/journal.js" */

const MOST_PER_MESSAGE = 200;

/**
 * The edits that the kernel has not acknowledged, oldest first. They are sent in order, many to a message, and resent until
 * an outcome comes; the store takes each key once.
 */
export class Outbox {
  /** @param {Journal} journal @param {(size: number) => void} [onSize] Called when more or fewer edits wait. */
  constructor(journal, onSize = () => undefined) {
    this.journal = journal;
    this.onSize = onSize;
    /** @type {Map<string, Entry>} */
    this.waiting = new Map(journal.entries().map((entry) => [entry.key, entry]));
    /** How many waiting edits concern a sample. @type {Map<number, number>} */
    this.samples = new Map();
    for (const entry of this.waiting.values()) this.#count(entry, 1);
  }

  get size() {
    return this.waiting.size;
  }

  /** @param {Entry} entry */
  add(entry) {
    this.waiting.set(entry.key, entry);
    this.#count(entry, 1);
    this.journal.add(entry);
    this.onSize(this.size);
  }

  /** The next edits to send; they stay until settled. @returns {Entry[]} */
  next() {
    const batch = [];
    for (const entry of this.waiting.values()) {
      batch.push(entry);
      if (batch.length === MOST_PER_MESSAGE) break;
    }
    return batch;
  }

  /** Remove what the kernel has answered. @param {Outcome[]} outcomes @returns {[Entry, Outcome][]} */
  settle(outcomes) {
    /** @type {[Entry, Outcome][]} */
    const settled = [];
    for (const outcome of outcomes) {
      const entry = this.waiting.get(outcome.key);
      if (!entry) continue;
      this.waiting.delete(outcome.key);
      this.#count(entry, -1);
      this.journal.remove(outcome.key);
      settled.push([entry, outcome]);
    }
    if (settled.length > 0) this.onSize(this.size);
    return settled;
  }

  /** Whether an edit of this sample still waits. @param {number} sample */
  concerns(sample) {
    return this.samples.has(sample);
  }

  /** The waiting decisions as changes, for the counts. @returns {{before: Decision, after: Decision, split: string | null}[]} */
  changes() {
    const found = [];
    for (const entry of this.waiting.values()) {
      if (entry.kind === "decide" && entry.seen && entry.to) {
        found.push({ before: entry.seen, after: entry.to, split: entry.split ?? null });
      }
    }
    return found;
  }

  /** @param {Entry} entry @param {number} by */
  #count(entry, by) {
    for (const sample of entry.sample === undefined ? (entry.ids ?? []) : [entry.sample]) {
      const now = (this.samples.get(sample) ?? 0) + by;
      if (now > 0) this.samples.set(sample, now);
      else this.samples.delete(sample);
    }
  }
}
