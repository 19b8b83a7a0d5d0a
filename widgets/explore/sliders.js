/**
 * Which control an argument gets: a range to slide in, a choice, a switch, or a text to type.
 *
 * @typedef {{kind: "number", low: number, high: number, step: number}} NumberControl
 * @typedef {{kind: "switch"} | {kind: "text"} | NumberControl | {kind: "pair", of: NumberControl}} Control
 */

/** @param {string} name @param {any} value @param {any} [usual] What the library uses by default. @returns {Control} */
export function controlFor(name, value, usual) {
  if (typeof value === "boolean") return { kind: "switch" };
  if (typeof value === "number") return range(name, [value, usual]);
  if (isPair(value)) return { kind: "pair", of: range(name, [...value, ...(isPair(usual) ? usual : [usual])]) };
  return { kind: "text" };
}

/** @param {any} value */
function isPair(value) {
  return Array.isArray(value) && value.length === 2 && value.every((item) => typeof item === "number");
}

/** A range with room on both sides of the values. @param {string} name @param {any[]} values @returns {NumberControl} */
export function range(name, values) {
  const numbers = values.filter((value) => typeof value === "number");
  if (name === "p") return { kind: "number", low: 0, high: 1, step: 0.05 };
  const largest = Math.max(...numbers.map(Math.abs), 0);
  const negative = numbers.some((value) => value < 0);
  if (numbers.every(Number.isInteger) && largest >= 2) {
    const high = Math.max(10, 2 * largest);
    return { kind: "number", low: negative ? -high : 0, high, step: 1 };
  }
  const high = largest <= 0.5 ? 1 : nice(2 * largest);
  return { kind: "number", low: negative ? -high : 0, high, step: high / 100 };
}

/** The next of 1, 2, 5, 10, 20 ... @param {number} value */
function nice(value) {
  const unit = 10 ** Math.floor(Math.log10(value));
  return unit * (value <= unit ? 1 : value <= 2 * unit ? 2 : value <= 5 * unit ? 5 : 10);
}

/** A number without the tail that floats get from sliding. @param {number} value @param {number} step */
export function rounded(value, step) {
  const digits = Math.max(0, Math.ceil(-Math.log10(step)) + 1);
  return Number(value.toFixed(digits));
}

/** What a person typed, as YAML would take it: JSON where it is JSON, else the text. @param {string} text */
export function typed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** @param {any} value */
export function shown(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}
