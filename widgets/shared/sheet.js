/** @import { Answer, Sheet } from "./messages.js" */
/** @import { ThumbnailSheet } from "./thumbnail.jsx" */

/** The sheet of thumbnails that came with an answer; who shows it revokes its `url`. @param {Answer<{sheet?: Sheet | null}>} answer @returns {ThumbnailSheet | null} */
export function sheetOf(answer) {
  const { sheet } = answer.value;
  const [bytes] = answer.buffers;
  if (!sheet || !bytes) return null;
  return { ...sheet, url: URL.createObjectURL(new Blob([/** @type {any} */ (bytes)], { type: sheet.type })) };
}
