/** @import { Label } from "../shared/messages.js" */

/** For so long after a label was given by its first letters, further letters of its name are taken as meant for it. */
const TAIL_MS = 900;

/**
 * Labels by their first letters. Without being asked for, letters reach only the labels that have no key; once opened with
 * the "." key, every label.
 */
export class Typing {
  constructor() {
    this.text = "";
    this.open = false;
    /** What is left of the name that was just completed. */
    this.tail = "";
    this.tailUntil = 0;
  }

  get active() {
    return this.open || this.text !== "";
  }

  /** @param {Label[]} labels @returns {Label[]} */
  matches(labels) {
    if (!this.active) return [];
    const wanted = this.text.toLowerCase();
    return labels.filter((label) => (this.open || !label.key) && label.name.toLowerCase().startsWith(wanted));
  }

  /**
   * Whether a key only ends the name that was just completed: it is meant for that label, not for the next image.
   * @param {string} letter @param {number} now Milliseconds.
   */
  swallows(letter, now) {
    const ends = this.tail !== "" && now < this.tailUntil && this.tail.startsWith(letter);
    this.tail = ends ? this.tail.slice(1) : "";
    return ends;
  }

  /**
   * Take a letter. Returns the label when only one is left that it can mean; null when more letters are needed.
   * @param {string} letter @param {Label[]} labels @param {number} now Milliseconds.
   * @returns {Label | null}
   */
  letter(letter, labels, now) {
    if (this.swallows(letter, now)) return null;
    const before = this.text;
    this.text += letter;
    const found = this.matches(labels);
    if (found.length === 0) {
      this.text = before;
      return null;
    }
    if (found.length > 1) return null;
    this.tail = found[0].name.toLowerCase().slice(this.text.length);
    this.tailUntil = now + TAIL_MS;
    this.close();
    return found[0];
  }

  /** Take the first match. @param {Label[]} labels @returns {Label | null} */
  enter(labels) {
    const found = this.text ? this.matches(labels)[0] : undefined;
    this.close();
    return found ?? null;
  }

  back() {
    this.text = this.text.slice(0, -1);
  }

  close() {
    this.text = "";
    this.open = false;
  }
}
