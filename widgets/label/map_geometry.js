/**
 * The geometry of the map: points from 0 to 1 (y upwards) in an Float32Array, x and y by turns, and a frame of the screen
 * (y downwards) in pixels. Pure.
 *
 * @typedef {{x: number, y: number, scale: number}} MapView The point of the map in the middle of the frame, and pixels per unit of the map.
 * @typedef {{width: number, height: number}} Size
 * @typedef {{x: number, y: number}} Point In pixels of the frame.
 * @typedef {{side: number, starts: Uint32Array, members: Uint32Array}} Cells The points by the cells of a grid.
 */

const MARGIN = 0.92;
const LARGEST = 4096;

/** All of the map. @param {Size} frame @returns {MapView} */
export function whole(frame) {
  return { x: 0.5, y: 0.5, scale: Math.max(1, MARGIN * Math.min(frame.width, frame.height)) };
}

/** Zoom by a factor about a point of the frame, which stays where it is. @param {MapView} view @param {number} factor @param {Point} at @param {Size} frame @returns {MapView} */
export function zoomedMap(view, factor, at, frame) {
  const least = whole(frame).scale / 2;
  const scale = Math.min(least * LARGEST, Math.max(least, view.scale * factor));
  const [x, y] = onMap(view, at, frame);
  return {
    scale,
    x: x - (at.x - frame.width / 2) / scale,
    y: y + (at.y - frame.height / 2) / scale,
  };
}

/** Move the map by pixels; its middle never leaves what there is. @param {MapView} view @param {number} dx @param {number} dy @returns {MapView} */
export function pannedMap(view, dx, dy) {
  /** @param {number} value */
  const held = (value) => Math.min(1, Math.max(0, value));
  return { ...view, x: held(view.x - dx / view.scale), y: held(view.y + dy / view.scale) };
}

/** Where a point of the frame lies on the map. @param {MapView} view @param {Point} at @param {Size} frame @returns {[number, number]} */
export function onMap(view, at, frame) {
  return [view.x + (at.x - frame.width / 2) / view.scale, view.y - (at.y - frame.height / 2) / view.scale];
}

/** Where a point of the map is shown. @param {MapView} view @param {number} x @param {number} y @param {Size} frame @returns {Point} */
export function onScreen(view, x, y, frame) {
  return { x: (x - view.x) * view.scale + frame.width / 2, y: (view.y - y) * view.scale + frame.height / 2 };
}

/** Sort points into the cells of a grid, so that the nearest is found among a few. @param {Float32Array} points @returns {Cells} */
export function cellsOf(points) {
  const count = points.length / 2;
  const side = Math.max(1, Math.min(512, Math.floor(Math.sqrt(count / 4))));
  const of = new Uint32Array(count);
  const starts = new Uint32Array(side * side + 1);
  for (let index = 0; index < count; index++) {
    of[index] = cellAt(points[2 * index + 1], side) * side + cellAt(points[2 * index], side);
    starts[of[index] + 1] += 1;
  }
  for (let cell = 0; cell < side * side; cell++) starts[cell + 1] += starts[cell];
  const next = starts.slice(0, -1);
  const members = new Uint32Array(count);
  for (let index = 0; index < count; index++) {
    members[next[of[index]]] = index;
    next[of[index]] += 1;
  }
  return { side, starts, members };
}

/** @param {number} value @param {number} side */
function cellAt(value, side) {
  return Math.min(side - 1, Math.max(0, Math.floor(value * side)));
}

/**
 * Call with each point of the cells that a rectangle of the map meets.
 * @param {Cells} cells @param {[number, number, number, number]} box Least x and y, greatest x and y. @param {(index: number) => void} found
 */
function within(cells, [left, bottom, right, top], found) {
  const { side, starts, members } = cells;
  for (let row = cellAt(bottom, side); row <= cellAt(top, side); row++) {
    const from = starts[row * side + cellAt(left, side)];
    const to = starts[row * side + cellAt(right, side) + 1];
    for (let at = from; at < to; at++) found(members[at]);
  }
}

/**
 * The point that is nearest to a place of the map, at most `reach` away; -1 where there is none.
 * @param {Float32Array} points @param {Cells} cells @param {[number, number]} at @param {number} reach @param {(index: number) => boolean} shown
 */
export function nearest(points, cells, [x, y], reach, shown) {
  let best = -1;
  let least = reach * reach;
  within(cells, [x - reach, y - reach, x + reach, y + reach], (index) => {
    const distance = (points[2 * index] - x) ** 2 + (points[2 * index + 1] - y) ** 2;
    if (distance > least || !shown(index)) return;
    best = index;
    least = distance;
  });
  return best;
}

/**
 * The points within a polygon of the map, by the even-odd rule.
 * @param {Float32Array} points @param {Cells} cells @param {[number, number][]} polygon @param {(index: number) => boolean} shown @returns {number[]}
 */
export function inside(points, cells, polygon, shown) {
  if (polygon.length < 3) return [];
  const xs = polygon.map(([x]) => x);
  const ys = polygon.map(([, y]) => y);
  /** @type {[number, number, number, number]} */
  const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  /** @type {number[]} */
  const found = [];
  within(cells, box, (index) => {
    const x = points[2 * index];
    const y = points[2 * index + 1];
    if (x < box[0] || x > box[2] || y < box[1] || y > box[3] || !shown(index)) return;
    let odd = false;
    for (let one = 0, other = xs.length - 1; one < xs.length; other = one, one++) {
      if (
        ys[one] > y !== ys[other] > y &&
        x < ((xs[other] - xs[one]) * (y - ys[one])) / (ys[other] - ys[one]) + xs[one]
      )
        odd = !odd;
    }
    if (odd) found.push(index);
  });
  return found;
}

/** The corners of the rectangle between two points. @param {Point} from @param {Point} to @returns {Point[]} */
export function corners(from, to) {
  return [from, { x: to.x, y: from.y }, to, { x: from.x, y: to.y }];
}
