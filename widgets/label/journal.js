/** @import { Entry } from "./messages.js" */

/** The part of the browser's `localStorage` that the journal needs. @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">} Shelf */

let counter = 0;

/** A key that no other act, tab or browser uses. */
export function newKey() {
  counter += 1;
  const random = crypto.getRandomValues(new Uint32Array(2));
  return `${Date.now().toString(36)}-${counter}-${random[0].toString(36)}${random[1].toString(36)}`;
}

/** The browser's storage; null where it is forbidden, as in a frame of another site. @returns {Shelf | null} */
export function browserShelf() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/**
 * What was decided and is not yet known to be committed, kept in the browser so that it survives a reload, a dead kernel
 * and a closed tab. Every entry has an item of its own: writing one costs the same however many wait.
 */
export class Journal {
  /** @param {Shelf | null} shelf null keeps nothing. @param {string} place Names the store and theme that the entries belong to. */
  constructor(shelf, place) {
    this.shelf = shelf;
    this.prefix = `workbench/journal/${place}/`;
    /** False when the browser refused to keep an entry; the act is then only as safe as the open page. */
    this.safe = shelf !== null;
  }

  /** @param {Entry} entry */
  add(entry) {
    try {
      this.shelf?.setItem(this.prefix + entry.key, JSON.stringify(entry));
    } catch {
      this.safe = false;
    }
  }

  /** @param {string} key */
  remove(key) {
    this.shelf?.removeItem(this.prefix + key);
  }

  /** All entries in the order in which they were made; unreadable ones are passed over. @returns {Entry[]} */
  entries() {
    /** @type {Entry[]} */
    const found = [];
    if (!this.shelf) return found;
    for (let index = 0; index < this.shelf.length; index += 1) {
      const name = this.shelf.key(index);
      if (!name?.startsWith(this.prefix)) continue;
      try {
        found.push(JSON.parse(this.shelf.getItem(name) ?? ""));
      } catch {
        // A half-written item of a browser that crashed: there is nothing to replay in it.
      }
    }
    return found.sort((a, b) => a.order - b.order || (a.key < b.key ? -1 : 1));
  }
}
