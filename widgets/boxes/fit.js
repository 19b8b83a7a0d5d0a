/** How large an image is shown: as large as it fits, small ones up to eight times, never rounded to nothing. Pure. */

const LARGEST = 8;

/**
 * @param {{width: number, height: number}} image In pixels.
 * @param {{width: number, height: number}} room
 * @returns {{width: number, crisp: boolean}} The width to show it in, and whether its pixels are to be seen as squares.
 */
export function fit(image, room) {
  const scale = Math.min(room.width / image.width, room.height / image.height, LARGEST);
  return { width: Math.max(16, Math.floor(image.width * scale)), crisp: scale >= 3 };
}
