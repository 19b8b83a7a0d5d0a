/**
 * Zoom and pan of one image. `scale` is screen pixels per image pixel; `x`, `y` are where the image's top left corner is, from that
 * of the frame.
 *
 * @typedef {{scale: number, x: number, y: number}} Viewport
 * @typedef {{width: number, height: number}} Size
 */

const LARGEST = 64;

/**
 * The image as large as it fits. Where pixels are exact, it is enlarged by a whole number, so that every pixel of it is a square of
 * the same size.
 * @param {Size} image @param {Size} frame @param {boolean} [whole] @returns {Viewport}
 */
export function fitted(image, frame, whole = true) {
  const fit = Math.min(frame.width / image.width, frame.height / image.height);
  const scale = fit >= 1 ? Math.min(LARGEST, whole ? Math.floor(fit) : fit) : Math.max(fit, 0.001);
  return centered(image, frame, scale);
}

/** @param {Size} image @param {Size} frame @param {number} scale @returns {Viewport} */
function centered(image, frame, scale) {
  return {
    scale,
    x: Math.round((frame.width - image.width * scale) / 2),
    y: Math.round((frame.height - image.height * scale) / 2),
  };
}

/**
 * Zoom by a factor about a point of the frame, which stays where it is.
 * @param {Viewport} view @param {number} factor @param {{x: number, y: number}} point @param {Size} image @param {Size} frame
 * @returns {Viewport}
 */
export function zoomed(view, factor, point, image, frame) {
  const smallest = Math.min(1, fitted(image, frame).scale);
  const scale = Math.min(LARGEST, Math.max(smallest, view.scale * factor));
  const ratio = scale / view.scale;
  return panned(
    { scale, x: point.x - (point.x - view.x) * ratio, y: point.y - (point.y - view.y) * ratio },
    0,
    0,
    image,
    frame,
  );
}

/**
 * Move the image; it never leaves the frame, and one that fits stays in the middle.
 * @param {Viewport} view @param {number} dx @param {number} dy @param {Size} image @param {Size} frame @returns {Viewport}
 */
export function panned(view, dx, dy, image, frame) {
  const middle = centered(image, frame, view.scale);
  /** @param {number} at @param {number} length @param {number} room @param {number} center */
  const held = (at, length, room, center) => (length <= room ? center : Math.min(0, Math.max(room - length, at)));
  return {
    scale: view.scale,
    x: held(view.x + dx, image.width * view.scale, frame.width, middle.x),
    y: held(view.y + dy, image.height * view.scale, frame.height, middle.y),
  };
}

/** Whether pixels are drawn as squares rather than blurred: as the person chose, else from so large on. @param {boolean | null} chosen @param {number} scale */
export function exact(chosen, scale) {
  return chosen ?? scale >= 1.5;
}
