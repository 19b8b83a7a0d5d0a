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
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.75) ?? rough;
  const found = [];
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high + step * 1e-9; at += 1)
    found.push(Number((at * step).toPrecision(12)));
  return found;
}

/** The point that is nearest to a value of the x axis. @template {Point} P @param {readonly P[]} points @param {number} x @returns {P | undefined} */
export function nearest(points, x) {
  return least(points, (point) => Math.abs(point.x - x));
}

/** The point that is nearest to another. @template {Point} P @param {readonly P[]} points @param {Point} at @returns {P | undefined} */
export function nearestPoint(points, at) {
  return least(points, (point) => Math.hypot(point.x - at.x, point.y - at.y));
}

/** @template {Point} P @param {readonly P[]} points @param {(point: P) => number} distance */
function least(points, distance) {
  return points.reduce(
    (best, point) => (best && distance(best) <= distance(point) ? best : point),
    /** @type {P | undefined} */ (undefined),
  );
}

/** The least and the largest of some values, apart from each other. @param {readonly number[]} values @returns {[number, number]} */
export function extent(values) {
  const [low, high] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
  if (high > low) return [low, high];
  const room = Math.abs(low) / 10 || 0.5;
  return [low - room, low + room];
}

/**
 * The outline of bars that stand side by side on zero. @param {readonly Point[]} points The left end of each, and its height.
 * @param {(x: number) => number} toX @param {(y: number) => number} toY
 */
export function outline(points, toX, toY) {
  if (points.length === 0) return "";
  const wide = points.length > 1 ? points[1].x - points[0].x : 1;
  const tops = points.map(({ x, y }) => `L${toX(x)} ${toY(y)}L${toX(x + wide)} ${toY(y)}`);
  return `M${toX(points[0].x)} ${toY(0)}${tops.join("")}L${toX(points[points.length - 1].x + wide)} ${toY(0)}Z`;
}

/** A value in few signs. @param {number} value @param {number} [digits] That count. */
export function short(value, digits = 3) {
  if (Number.isInteger(value)) return value.toLocaleString("en-US");
  if (Math.abs(value) >= 10 ** digits) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(digits)));
}
