/** Axes of a chart. Pure. */

/** @typedef {{x: number, y: number}} Point In what the axes count. */

/**
 * Round values between two others, both ends included where they are round.
 * @param {number} low @param {number} high @param {number} [about] So many of them.
 * @returns {number[]}
 */
export function ticks(low, high, about = 4) {
  if (!(high > low)) return [low];
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999) ?? rough;
  const found = [];
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high + step * 1e-9; at += 1)
    found.push(Number((at * step).toPrecision(12)));
  return found;
}

/** The point that is nearest to a value of the x axis. @param {readonly Point[]} points @param {number} x @returns {Point | undefined} */
export function nearest(points, x) {
  return points.reduce(
    (best, point) => (best && Math.abs(best.x - x) <= Math.abs(point.x - x) ? best : point),
    /** @type {Point | undefined} */ (undefined),
  );
}

/** The least and the largest of some values, apart from each other. @param {readonly number[]} values @returns {[number, number]} */
export function extent(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return high > low ? [low, high] : [low - 0.5, high + 0.5];
}
