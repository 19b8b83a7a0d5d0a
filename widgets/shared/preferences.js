import { newKey } from "./journal.js";

/** What a browser keeps of a store's panels: the annotator's name, sizes, where one was. One panel finds what another kept. */

/** @param {string} store The key of the store. @param {string} name */
const place = (store, name) => `workbench/label/${store}/${name}`;

/** @template T @param {string} store @param {string} name @param {T} otherwise @returns {T} */
export function recall(store, name, otherwise) {
  try {
    const kept = localStorage.getItem(place(store, name));
    return kept === null ? otherwise : JSON.parse(kept);
  } catch {
    return otherwise;
  }
}

/** @param {string} store @param {string} name */
export function forget(store, name) {
  try {
    localStorage.removeItem(place(store, name));
  } catch {
    // Nothing was kept then.
  }
}

/** @param {string} store @param {string} name @param {unknown} value */
export function remember(store, name, value) {
  try {
    localStorage.setItem(place(store, name), JSON.stringify(value));
  } catch {
    // A full or forbidden storage costs the memory of a preference, nothing else.
  }
}

/** A name that this tab of the browser keeps when its page is loaded once more. */
export function thisTab() {
  const kept = sessionStorage.getItem("workbench/tab") ?? newKey();
  sessionStorage.setItem("workbench/tab", kept);
  return kept;
}
