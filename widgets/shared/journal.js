/** @import { Entry } from "../label/messages.js" */

/** The part of the browser's `localStorage` that the journal needs. @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">} JournalStorage */

let counter = 0;

/** A key that no other edit, tab or browser uses. */
export function newKey() {
  counter += 1;
  const random = crypto.getRandomValues(new Uint32Array(2));
  return `${Date.now().toString(36)}-${counter}-${random[0].toString(36)}${random[1].toString(36)}`;
}

/** The browser's storage; null where it is forbidden, as in a frame of another site. @returns {JournalStorage | null} */
export function browserStorage() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/**
 * The scope of a theme's journal. A store that was created a second time counts its themes and samples from 1: another theme
 * has another time of creation.
 * @param {string} store @param {number} theme @param {string} born
 */
export function journalScope(store, theme, born) {
  return `${store}/${theme}/${born}`;
}

const PREFIX = "workbench/journal/";

/** How much waits in this browser, by the themes of a store and the times when they were made. @param {JournalStorage | null} storage @param {string} store @returns {{theme: number, born: string, waiting: number}[]} */
export function waitingThemes(storage, store) {
  /** @type {Map<string, {theme: number, born: string, waiting: number}>} */
  const found = new Map();
  for (let index = 0; storage && index < storage.length; index += 1) {
    const name = storage.key(index);
    if (!name?.startsWith(`${PREFIX}${store}/`)) continue;
    const [theme, born] = name.slice(PREFIX.length + store.length + 1).split("/");
    const scope = journalScope(store, Number(theme), born);
    found.set(scope, { theme: Number(theme), born, waiting: (found.get(scope)?.waiting ?? 0) + 1 });
  }
  return [...found.values()];
}

/**
 * What was decided and is not yet known to be committed, kept in the browser so that it survives a reload, a dead kernel
 * and a closed tab. Every entry has an item of its own: writing one costs the same however many wait.
 */
export class Journal {
  /** @param {JournalStorage | null} storage null keeps nothing. @param {string} scope Names the store and theme that the entries belong to. */
  constructor(storage, scope) {
    this.storage = storage;
    this.prefix = `${PREFIX}${scope}/`;
    /** False when the browser refused to keep an entry; the edit is then only as safe as the open page. */
    this.safe = storage !== null;
  }

  /** @param {Entry} entry */
  add(entry) {
    try {
      this.storage?.setItem(this.prefix + entry.key, JSON.stringify(entry));
    } catch {
      this.safe = false;
    }
  }

  /** @param {string} key */
  remove(key) {
    this.storage?.removeItem(this.prefix + key);
  }

  /** All entries in the order in which they were made; unreadable ones are passed over. @returns {Entry[]} */
  entries() {
    /** @type {Entry[]} */
    const found = [];
    if (!this.storage) return found;
    for (let index = 0; index < this.storage.length; index += 1) {
      const name = this.storage.key(index);
      if (!name?.startsWith(this.prefix)) continue;
      try {
        found.push(JSON.parse(this.storage.getItem(name) ?? ""));
      } catch {
        // A half-written item of a browser that crashed: there is nothing to replay in it.
      }
    }
    return found.sort((a, b) => a.order - b.order || (a.key < b.key ? -1 : 1));
  }
}
