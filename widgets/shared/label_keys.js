/** Which label a key gives: each may have a letter or a digit of its own. Pure. */

/** @typedef {{key: string, code?: string, shiftKey: boolean}} Pressed */

/** A letter in small; keys of another kind as they are. @param {string} key */
export function plainKey(key) {
  return key.length === 1 ? key.normalize("NFC").toLowerCase() : key;
}

/** @param {string} key */
export function isDigit(key) {
  return key.length === 1 && key >= "0" && key <= "9";
}

/**
 * The label whose key is pressed. The keys of the digits give theirs also where a keyboard has other signs on them.
 * @template {{key: string | null}} L
 * @param {Pressed} press @param {readonly L[]} labels
 * @returns {L | undefined}
 */
export function labelOfKey(press, labels) {
  const key = plainKey(press.key);
  if (key.length !== 1) return undefined;
  const found = labels.find((label) => label.key === key);
  if (found || isDigit(key) || press.shiftKey) return found;
  const digit = /^Digit(\d)$/.exec(press.code ?? "")?.[1];
  return digit ? labels.find((label) => label.key === digit) : undefined;
}
