import { useState } from "preact/hooks";
import { extent, nearest, ticks } from "./chart_scale.js";

/** @import { Point } from "./chart_scale.js" */

const WIDTH = 320;
const HEIGHT = 172;
const LEFT = 44;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 34;

/**
 * Lines over a common axis, with the values under the pointer.
 * @param {{title: string, along: string, lines: {name: string, points: Point[]}[], from?: number, to?: number}} props `along` is what the x axis counts, `from` and `to` its ends where they are not those of the points.
 */
export function LineChart({ title, along, lines, from, to }) {
  const [at, setAt] = useState(/** @type {number | null} */ (null));
  const points = lines.flatMap((line) => line.points);
  if (points.length === 0) return null;
  const across = extent([...points.map(({ x }) => x), from ?? points[0].x, to ?? points[0].x]);
  const upwards = extent(points.map(({ y }) => y));
  /** @param {number} x */
  const left = (x) => LEFT + ((x - across[0]) / (across[1] - across[0])) * (WIDTH - LEFT - RIGHT);
  /** @param {number} y */
  const top = (y) => HEIGHT - BOTTOM - ((y - upwards[0]) / (upwards[1] - upwards[0])) * (HEIGHT - TOP - BOTTOM);
  /** @param {PointerEvent} event */
  const look = (event) => {
    const box = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * WIDTH;
    setAt(across[0] + ((x - LEFT) / (WIDTH - LEFT - RIGHT)) * (across[1] - across[0]));
  };
  const here = at === null ? undefined : nearest(points, at)?.x;
  return (
    <figure class="wb-chart">
      <figcaption>
        {title}
        {lines.map((line, index) => (
          <span key={line.name} class={`wb-key wb-line-${index}`}>
            {line.name}
          </span>
        ))}
        <span class="wb-faint wb-read">{here === undefined ? "" : readout(along, lines, here)}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${title} over ${along}, ${short(upwards[0])} to ${short(upwards[1])}`}
        onPointerMove={look}
        onPointerLeave={() => setAt(null)}
      >
        {ticks(...upwards).map((y) => (
          <g key={y}>
            <line class="wb-grid-line" x1={LEFT} x2={WIDTH - RIGHT} y1={top(y)} y2={top(y)} />
            <text x={LEFT - 4} y={top(y) + 3} text-anchor="end">
              {short(y)}
            </text>
          </g>
        ))}
        {ticks(...across)
          .filter(Number.isInteger)
          .map((x) => (
            <text key={x} x={left(x)} y={HEIGHT - BOTTOM + 14} text-anchor="middle">
              {short(x)}
            </text>
          ))}
        <text x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 4} text-anchor="middle">
          {along}
        </text>
        {here !== undefined && (
          <line class="wb-grid-line" x1={left(here)} x2={left(here)} y1={TOP} y2={HEIGHT - BOTTOM} />
        )}
        {lines.map((line, index) => (
          <g key={line.name}>
            <polyline
              class={`wb-line-${index}`}
              points={line.points.map(({ x, y }) => `${left(x)},${top(y)}`).join(" ")}
            />
            {line.points.length <= 60 &&
              line.points.map(({ x, y }) => (
                <circle key={x} class={`wb-line-${index}`} cx={left(x)} cy={top(y)} r={2} />
              ))}
          </g>
        ))}
      </svg>
    </figure>
  );
}

/** @param {string} along @param {{name: string, points: Point[]}[]} lines @param {number} x */
function readout(along, lines, x) {
  const values = lines.flatMap(({ name, points }) => {
    const point = points.find((each) => each.x === x);
    return point ? [`${name} ${point.y.toPrecision(4)}`] : [];
  });
  return `${along} ${short(x)}: ${values.join(", ")}`;
}

/** A value in few signs. @param {number} value */
function short(value) {
  return Math.abs(value) >= 10_000 || Number.isInteger(value)
    ? value.toLocaleString("en")
    : String(Number(value.toPrecision(3)));
}
