/** @import { Change, Decision, Entry, Outcome } from "./messages.js" */
/** @import { Journal } from "../shared/journal.js" */

const MOST_PER_MESSAGE = 200;
/** How long after an edit of many images was under way it is asked for again. */
export const ASK_AGAIN_MS = 1000;

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
    /** Edits of many images that the kernel is writing, or that wait for one of those: what it said, and when. @type {Map<string, {outcome: Outcome, at: number}>} */
    this.underWay = new Map();
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
      const asked = this.underWay.get(entry.key);
      if (asked && performance.now() - asked.at < ASK_AGAIN_MS) continue;
      batch.push(entry);
      if (batch.length === MOST_PER_MESSAGE) break;
    }
    return batch;
  }

  /** What the kernel is writing, and how far it is. @returns {{entry: Entry, outcome: Outcome} | null} */
  get running() {
    for (const [key, { outcome }] of this.underWay) {
      const entry = this.waiting.get(key);
      if (entry && outcome.status === "running") return { entry, outcome };
    }
    return null;
  }

  /** Remove what the kernel has done. @param {Outcome[]} outcomes @returns {[Entry, Outcome][]} */
  settle(outcomes) {
    /** @type {[Entry, Outcome][]} */
    const settled = [];
    for (const outcome of outcomes) {
      const entry = this.waiting.get(outcome.key);
      if (!entry) continue;
      if (outcome.status === "running" || outcome.status === "waiting") {
        this.underWay.set(outcome.key, { outcome, at: performance.now() });
        continue;
      }
      this.underWay.delete(outcome.key);
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
