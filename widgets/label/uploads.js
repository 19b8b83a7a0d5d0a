import { message } from "../shared/polling.js";
import { refreshCounts, reload } from "./browsing.js";
import { newKey } from "./journal.js";

/** @import { LabelPanel, Upload } from "./state.js" */

/** @typedef {{name: string, file: File}} Named */
/** @typedef {{file: string, name: string, offset: number, size: number, from: number, to: number, source: File}} Piece */

/** The server drops messages beyond 10 MB without a word. */
const PIECE_BYTES = 2_000_000;
/** Few enough that labels never wait long behind them. */
const PIECES = 100;

/** @param {LabelPanel} panel */
export function chooseFiles(panel) {
  choose(panel, false);
}

/** @param {LabelPanel} panel */
export function chooseFolder(panel) {
  choose(panel, true);
}

/** @param {LabelPanel} panel @param {boolean} folder */
function choose(panel, folder) {
  const { theme } = panel.state;
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  if (folder) input.webkitdirectory = true;
  else input.accept = "image/*";
  input.onchange = () => {
    const files = [...(input.files ?? [])].map((file) => ({ name: file.webkitRelativePath || file.name, file }));
    upload(panel, files, theme);
    panel.focusMain();
  };
  input.click();
}

/** Files and folders that are dropped. @param {LabelPanel} panel @param {DataTransfer} data */
export async function drop(panel, data) {
  // The entries must be asked for now: the browser empties the list when this task ends.
  const { theme } = panel.state;
  const entries = [...data.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry !== null);
  const loose = entries.length === 0 ? [...data.files].map((file) => ({ name: file.name, file })) : [];
  /** @type {Named[]} */
  const files = [...loose];
  for (const entry of entries) if (entry) await collect(entry, files);
  await upload(panel, files, theme);
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

/** Send files in messages of a size that passes, and say how far it is. @param {LabelPanel} panel @param {Named[]} files @param {import("./state.js").LabelState["theme"]} theme The one that they are for. */
export async function upload(panel, files, theme) {
  const wanted = files.filter(({ file, name }) => file.size > 0 && !/(^|\/)\./.test(name));
  if (!theme || files.length === 0) return;
  if (wanted.length === 0) return panel.notify("There is nothing to add: the files are empty or hidden.");
  if (panel.state.upload && !panel.state.upload.finished)
    return panel.notify("Other images are being added. Add these when that is done.");
  /** @type {Upload} */
  const state = {
    done: 0,
    total: wanted.reduce((sum, { file }) => sum + file.size, 0),
    added: 0,
    duplicates: 0,
    rejected: [],
    finished: false,
    stopped: false,
    trouble: "",
  };
  panel.set({ upload: state });
  try {
    for (const pieces of messages(wanted)) {
      if (state.stopped || panel.signal.aborted) break;
      await sendPieces(panel, theme.id, pieces, state);
    }
  } catch (error) {
    state.trouble = `The upload stopped: ${message(error)} Drop the files once more: those that are there are skipped.`;
  }
  state.finished = true;
  panel.changed();
  await refreshCounts(panel);
  if (panel.state.view !== "focus") await reload(panel, { quiet: true });
}

/** @param {LabelPanel} panel */
export function stopUpload(panel) {
  if (panel.state.upload) panel.state.upload.stopped = true;
}

/** @param {LabelPanel} panel @param {number} theme @param {Piece[]} pieces @param {Upload} state */
async function sendPieces(panel, theme, pieces, state) {
  const buffers = await Promise.all(pieces.map((piece) => piece.source.slice(piece.from, piece.to).arrayBuffer()));
  const described = pieces.map(({ file, name, offset, size }) => ({ file, name, offset, size }));
  const { value } = await panel.link.call(
    "upload",
    { theme, annotator: panel.state.annotator, pieces: described },
    buffers,
  );
  state.done += pieces.reduce((sum, piece) => sum + piece.to - piece.from, 0);
  state.added += value.added;
  state.duplicates += value.duplicates;
  state.rejected = [...state.rejected, ...value.rejected];
  panel.changed();
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
