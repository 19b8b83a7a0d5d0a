/**
 * A draft of auguments.yaml as the panel edits it, and back. Pure functions: each edit returns a new draft.
 *
 * @typedef {{name: string, args: Record<string, any>, nested: Record<string, Entry[]>, bare: boolean, off: boolean, key: number}} Entry
 *   A transform: `nested` holds arguments that are lists of transforms themselves, `bare` was written without arguments.
 * @typedef {"train" | "valid" | "test"} Split
 * @typedef {{data: any, lists: Record<Split, Entry[]>}} Draft `data` is the file without the lists of transforms.
 * @typedef {(string | number)[]} Path To an entry: split, index, then argument and index for each nesting.
 */

export const SPLITS = /** @type {Split[]} */ (["train", "valid", "test"]);
const NESTED = new Set(["transforms", "first", "second"]);

let keys = 0;

/** @param {any} specification A transform as it stands in the file. @returns {Entry} */
export function entryOf(specification) {
  keys += 1;
  if (typeof specification === "string")
    return { name: specification, args: {}, nested: {}, bare: true, off: false, key: keys };
  const [name, given] = Object.entries(specification)[0];
  /** @type {Record<string, any>} */
  const args = {};
  /** @type {Record<string, Entry[]>} */
  const nested = {};
  const key = keys;
  for (const [argument, value] of Object.entries(given ?? {})) {
    if (NESTED.has(argument) && Array.isArray(value)) {
      nested[argument] = value.map(entryOf);
      args[argument] = null;
    } else args[argument] = value;
  }
  return { name, args, nested, bare: given === null, off: false, key };
}

/** Whether a transform is switched off, or holds no transform that is on. @param {Entry} entry @returns {boolean} */
function idle(entry) {
  return entry.off || Object.values(entry.nested).some((inner) => inner.every(idle));
}

/** @param {Entry} entry @returns {any} */
function specificationOf(entry) {
  const names = Object.keys(entry.args);
  if (names.length === 0) return entry.bare ? entry.name : { [entry.name]: {} };
  /** @type {Record<string, any>} */
  const given = {};
  for (const name of names) {
    given[name] =
      name in entry.nested ? entry.nested[name].filter((inner) => !idle(inner)).map(specificationOf) : entry.args[name];
  }
  return { [entry.name]: given };
}

/** @param {any} file The file's plain data. @returns {Draft} */
export function draftOf(file) {
  const augmentation = { ...(file.augmentation ?? {}) };
  /** @type {any} */
  const lists = {};
  for (const split of SPLITS) lists[split] = (augmentation[split] ?? []).map(entryOf);
  return { data: { ...file, augmentation }, lists };
}

/** The plain data of a draft; transforms that are switched off, or hold none, are left out. @param {Draft} draft */
export function fileOf(draft) {
  const augmentation = { ...draft.data.augmentation };
  for (const split of SPLITS) {
    const list = draft.lists[split].filter((entry) => !idle(entry)).map(specificationOf);
    if (split in augmentation || list.length > 0)
      augmentation[split] = augmentation[split] === null && list.length === 0 ? null : list;
  }
  const file = { ...draft.data, augmentation };
  if (Object.keys(augmentation).length === 0) delete file.augmentation;
  return file;
}

/** @param {Draft} draft */
export function countOff(draft) {
  /** @param {Entry[]} entries @returns {number} */
  const count = (entries) =>
    entries.reduce((sum, entry) => sum + (entry.off ? 1 : 0) + count(Object.values(entry.nested).flat()), 0);
  return SPLITS.reduce((sum, split) => sum + count(draft.lists[split]), 0);
}

/** Set a value of the file, e.g. `setValue(draft, ["image", "size"], 64)`. @param {Draft} draft @param {string[]} path @param {any} value @returns {Draft} */
export function setValue(draft, path, value) {
  return { ...draft, data: put(draft.data, path, value) };
}

/** @param {any} node @param {string[]} path @param {any} value @returns {any} */
function put(node, [first, ...rest], value) {
  return { ...(node ?? {}), [first]: rest.length ? put(node?.[first], rest, value) : value };
}

/** Names of the steps in the order in which they run; those that the file leaves out come last. @param {Draft} draft @param {string[]} known */
export function stepOrder(draft, known) {
  const present = Object.keys(draft.data.preprocessing ?? {});
  return [...present, ...known.filter((name) => !present.includes(name))];
}

/** Whether a step runs. @param {Draft} draft @param {string} name */
export function stepIsOn(draft, name) {
  const steps = draft.data.preprocessing ?? {};
  if (!(name in steps)) return name === "resize";
  return steps[name] !== null && steps[name]?.enabled !== false;
}

/** @param {Draft} draft @param {string} name @param {boolean} on */
export function switchStep(draft, name, on) {
  return setValue(draft, ["preprocessing", name], { ...(draft.data.preprocessing?.[name] ?? {}), enabled: on });
}

/** Move a step up or down by one. @param {Draft} draft @param {string} name @param {-1 | 1} by @param {string[]} known @returns {Draft} */
export function moveStep(draft, name, by, known) {
  const steps = draft.data.preprocessing ?? {};
  const order = moved(stepOrder(draft, known), stepOrder(draft, known).indexOf(name), by);
  /** @type {Record<string, any>} */
  const preprocessing = {};
  // A step that was only implied is written out: its position is what the person just chose.
  for (const step of order)
    if (step in steps || step === name) preprocessing[step] = steps[step] ?? { enabled: stepIsOn(draft, step) };
  return { ...draft, data: { ...draft.data, preprocessing } };
}

/** @template T @param {T[]} list @param {number} index @param {number} by @returns {T[]} */
export function moved(list, index, by) {
  const to = index + by;
  if (index < 0 || to < 0 || to >= list.length) return list;
  const result = [...list];
  [result[index], result[to]] = [result[to], result[index]];
  return result;
}

/** Replace the list around an entry. @param {Draft} draft @param {Path} path @param {(list: Entry[], index: number) => Entry[]} change @returns {Draft} */
export function changeList(draft, path, change) {
  const [split, ...rest] = path;
  /** @param {Entry[]} list @param {Path} left @returns {Entry[]} */
  const rebuild = (list, left) => {
    const index = Number(left[0]);
    if (left.length === 1) return change(list, index);
    const name = String(left[1]);
    return list.map((entry, number) =>
      number === index
        ? { ...entry, nested: { ...entry.nested, [name]: rebuild(entry.nested[name], left.slice(2)) } }
        : entry,
    );
  };
  const key = /** @type {Split} */ (split);
  return { ...draft, lists: { ...draft.lists, [key]: rebuild(draft.lists[key], rest) } };
}

/** @param {Draft} draft @param {Path} path @param {Partial<Entry>} values */
export function changeEntry(draft, path, values) {
  return changeList(draft, path, (list, index) =>
    list.map((entry, number) => (number === index ? { ...entry, ...values } : entry)),
  );
}

/** @param {Draft} draft @param {Path} path @param {string} argument @param {any} value `undefined` takes the argument out. */
export function setArgument(draft, path, argument, value) {
  return changeList(draft, path, (list, index) =>
    list.map((entry, number) => {
      if (number !== index) return entry;
      const args = { ...entry.args, [argument]: value };
      if (value === undefined) delete args[argument];
      return { ...entry, args };
    }),
  );
}

/** @param {Draft} draft @param {Path} path @param {-1 | 1} by */
export function moveEntry(draft, path, by) {
  return changeList(draft, path, (list, index) => moved(list, index, by));
}

/** @param {Draft} draft @param {Path} path */
export function removeEntry(draft, path) {
  return changeList(draft, path, (list, index) => list.filter((_, number) => number !== index));
}

/** Add a transform at the end of a split. @param {Draft} draft @param {Split} split @param {string} name @param {{name: string, default: any, required: boolean}[]} known Its arguments. @returns {Draft} */
export function addEntry(draft, split, name, known) {
  /** @type {Record<string, any>} */
  const args = {};
  for (const argument of known) {
    if (argument.name === "p" && typeof argument.default === "number") args.p = argument.default;
    else if (argument.required && !NESTED.has(argument.name))
      args[argument.name] = guess(argument.name, draft.data.image?.size);
  }
  const nested = known
    .filter((argument) => argument.required && NESTED.has(argument.name))
    .map((argument) => argument.name);
  const entry = entryOf({ [name]: Object.keys(args).length || nested.length ? args : null });
  for (const argument of nested) {
    entry.nested[argument] = [];
    entry.args[argument] = null;
  }
  return { ...draft, lists: { ...draft.lists, [split]: [...draft.lists[split], entry] } };
}

/** A first value for an argument that has no default. @param {string} name @param {any} imageSize @returns {any} */
function guess(name, imageSize) {
  const [height, width] = Array.isArray(imageSize) ? imageSize : [imageSize ?? 32, imageSize ?? 32];
  if (name === "size") return [height, width];
  if (name === "height") return height;
  if (name === "width" || name.startsWith("max_size")) return width;
  if (name === "degrees") return 15;
  if (name === "kernel_size") return 3;
  if (name === "dtype") return "float32";
  return 0.5;
}

/** The name that begins with, else holds, else has in this order the letters that were typed, else the most alike. @param {string} typed @param {string[]} known */
export function nearest(typed, known) {
  const letters = typed.toLowerCase();
  /** @param {string} name */
  const holdsInOrder = (name) => {
    let at = -1;
    return [...letters].every((letter) => {
      at = name.indexOf(letter, at + 1);
      return at >= 0;
    });
  };
  const tests = [
    (/** @type {string} */ name) => name.startsWith(letters),
    (/** @type {string} */ name) => name.includes(letters),
    holdsInOrder,
  ];
  for (const test of tests) {
    const found = known.find((name) => test(name.toLowerCase()));
    if (found) return found;
  }
  const near = known
    .map((name) => ({ name, slips: slipsBetween(letters, name.toLowerCase()) }))
    .sort((one, other) => one.slips - other.slips)[0];
  return near && near.slips <= Math.max(1, letters.length / 4) ? near.name : null;
}

/** How many letters must be put in, left out or changed to make one word of another (Levenshtein). @param {string} one @param {string} other */
function slipsBetween(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let down = 1; down <= one.length; down++) {
    const next = [down];
    for (let at = 1; at <= other.length; at++)
      next[at] = Math.min(row[at] + 1, next[at - 1] + 1, row[at - 1] + (one[down - 1] === other[at - 1] ? 0 : 1));
    row = next;
  }
  return row[other.length];
}
