import { newKey } from "./journal.js";
import { message } from "./polling.js";

/** @import { Rejected, UploadCall } from "./messages.js" */

/** @typedef {{name: string, file: File}} Named */
/** @typedef {{file: string, name: string, offset: number, size: number, from: number, to: number, source: File}} Piece */

/**
 * @typedef {object} Upload How far files are that a person adds.
 * @property {number} done Bytes.
 * @property {number} total Bytes.
 * @property {number} added
 * @property {number} duplicates
 * @property {Rejected[]} rejected
 * @property {string[]} others Names of files that are no images, such as notes.
 * @property {boolean} finished
 * @property {boolean} stopped
 * @property {string} trouble
 */

/** @typedef {(params: UploadCall["params"], buffers: ArrayBuffer[]) => Promise<{value: UploadCall["value"]}>} SendPieces */

/** The server drops messages beyond 10 MB without a word. */
const PIECE_BYTES = 2_000_000;
/** Few enough that labels never wait long behind them. */
const PIECES = 100;

/** Let the person choose images, or a folder of them. @param {boolean} folder @param {(files: Named[]) => void} chosen */
export function chooseFiles(folder, chosen) {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  if (folder) input.webkitdirectory = true;
  else input.accept = "image/*";
  input.onchange = () =>
    chosen([...(input.files ?? [])].map((file) => ({ name: file.webkitRelativePath || file.name, file })));
  input.click();
}

/** Files and folders that are dropped. @param {DataTransfer} data @returns {Promise<Named[]>} */
export async function droppedFiles(data) {
  // The entries must be asked for now: the browser empties the list when this task ends.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry !== null);
  /** @type {Named[]} */
  const files = entries.length === 0 ? [...data.files].map((file) => ({ name: file.name, file })) : [];
  for (const entry of entries) if (entry) await collect(entry, files);
  return files;
}

/** @param {FileSystemEntry} entry @param {Named[]} files */
async function collect(entry, files) {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => /** @type {FileSystemFileEntry} */ (entry).file(done, failed));
    files.push({ name: entry.fullPath.replace(/^\//, ""), file });
    return;
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) return;
    for (const child of some) await collect(child, files);
  }
}

/** Whether something is dragged that can be added. @param {DragEvent} event */
export function bringsFiles(event) {
  return [...(event.dataTransfer?.types ?? [])].includes("Files");
}

/** Those of some files that can be images: none that are empty or hidden. @param {Named[]} files */
export function worthSending(files) {
  return files.filter(({ file, name }) => file.size > 0 && !/(^|\/)\./.test(name));
}

/** @param {Named[]} files @returns {Upload} */
export function newUpload(files) {
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  return {
    done: 0,
    total,
    added: 0,
    duplicates: 0,
    rejected: [],
    others: [],
    finished: false,
    stopped: false,
    trouble: "",
  };
}

/**
 * Send files in messages of a size that passes, and keep `state` up to date.
 * @param {Named[]} files @param {Upload} state
 * @param {{theme: number, annotator: () => string, send: SendPieces, signal: AbortSignal, changed: () => void}} options
 */
export async function sendFiles(files, state, { theme, annotator, send, signal, changed }) {
  try {
    for (const pieces of messages(files)) {
      if (state.stopped || signal.aborted) break;
      const buffers = await Promise.all(pieces.map((piece) => piece.source.slice(piece.from, piece.to).arrayBuffer()));
      const described = pieces.map(({ file, name, offset, size }) => ({ file, name, offset, size }));
      const { value } = await send({ theme, annotator: annotator(), pieces: described }, buffers);
      state.done += pieces.reduce((sum, piece) => sum + piece.to - piece.from, 0);
      state.added += value.added;
      state.duplicates += value.duplicates;
      state.rejected = [...state.rejected, ...value.rejected];
      state.others = [...state.others, ...value.others];
      changed();
    }
  } catch (error) {
    state.trouble = `The upload stopped: ${message(error)} Drop the files once more: those that are there are skipped.`;
  }
  state.finished = true;
  changed();
}

/**
 * Cut files into messages: many small files to one, a large file over several.
 * @param {Named[]} files @param {number} [most] Bytes of a message. @returns {Generator<Piece[]>}
 */
export function* messages(files, most = PIECE_BYTES) {
  /** @type {Piece[]} */
  let pieces = [];
  let room = most;
  for (const { name, file } of files) {
    // Views of one widget share a kernel, and may send files of the same name at the same time.
    const id = newKey();
    for (let offset = 0; offset < file.size; ) {
      const length = Math.min(file.size - offset, most);
      if (pieces.length > 0 && (length > room || pieces.length === PIECES)) {
        yield pieces;
        pieces = [];
        room = most;
      }
      pieces.push({ file: id, name, offset, size: file.size, from: offset, to: offset + length, source: file });
      room -= length;
      offset += length;
    }
  }
  if (pieces.length > 0) yield pieces;
}
