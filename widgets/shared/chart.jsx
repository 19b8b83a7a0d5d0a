import { useState } from "preact/hooks";
import { extent, nearest, nearestPoint, outline, short, ticks } from "./chart_scale.js";

/** @import { Point } from "./chart_scale.js" */

/**
 * @typedef {{name: string, points: Point[], kind?: "line" | "dots" | "steps" | "bars", color?: string}} Series
 *   `steps` keeps a value until the next one; of `bars` each point is the left end of one, all of the same width. Those
 *   named train, valid and test have the colors that these have everywhere.
 */

const LEFT = 44;
const RIGHT = 10;
const TOP = 20;
const BOTTOM = 34;
const MARKED = 60;
const SPLITS = ["train", "valid", "test"];

/**
 * A chart with axes, and the values under the pointer.
 *
 * @param {{
 *   title: string, along: string, up?: string, series: Series[], from?: number, to?: number, low?: number, high?: number,
 *   whole?: boolean, downwards?: boolean, root?: boolean, width?: number, height?: number, onSeries?: (name: string) => void,
 * }} props `along` and `up` say what the axes count, with the unit; `from`, `to`, `low` and `high` are ends of the axes
 *   beyond the points. `whole` marks whole numbers only. `root` draws square roots, where a few values are far above
 *   the others. A press on a point, or on a name in the key, calls `onSeries` where there is one.
 */
export function Chart(props) {
  const { title, along, up, series, whole, downwards, root, width = 320, height = 172, onSeries } = props;
  const [at, setAt] = useState(/** @type {Point | null} */ (null));
  const points = series.flatMap((each) => each.points);
  if (points.length === 0) return null;
  const left = up ? LEFT + 14 : LEFT;
  const given = (/** @type {(number | undefined)[]} */ ends) => ends.filter((end) => end !== undefined);
  const across = extent([...points.map(({ x }) => x), ...given([props.from, props.to])]);
  const upwards = extent([...points.map(({ y }) => y), ...given([props.low, props.high])]);
  const bend = root ? Math.sqrt : (/** @type {number} */ value) => value;
  /** @param {number} value */
  const toX = (value) => left + ((value - across[0]) / (across[1] - across[0])) * (width - left - RIGHT);
  /** @param {number} value */
  const toY = (value) => {
    const share = (bend(value) - bend(upwards[0])) / (bend(upwards[1]) - bend(upwards[0]));
    return downwards ? TOP + share * (height - TOP - BOTTOM) : height - BOTTOM - share * (height - TOP - BOTTOM);
  };
  /** @param {PointerEvent} event */
  const look = (event) => {
    const box = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
    setAt({
      x: ((event.clientX - box.left) / box.width) * width,
      y: ((event.clientY - box.top) / box.height) * height,
    });
  };
  const here = at === null ? null : found(props, at, toX, toY);
  const pressed = at === null ? "" : closest(series, at, toX, toY);
  const keyed = series.length > 1 || SPLITS.includes(series[0].name);
  return (
    <figure class="wb-chart">
      <figcaption>
        {title}
        {keyed &&
          series.map((each) => (
            <span key={each.name} class="wb-key">
              <span style={{ background: colorOf(each) }} />
              {onSeries ? (
                <button
                  type="button"
                  class="wb-link"
                  title={`Show the images of ${each.name}`}
                  onClick={() => onSeries(each.name)}
                >
                  {each.name}
                </button>
              ) : (
                each.name
              )}
            </span>
          ))}
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${title} over ${along}, ${short(upwards[0])} to ${short(upwards[1])}`}
        onPointerMove={look}
        onPointerLeave={() => setAt(null)}
        onClick={() => pressed && onSeries?.(pressed)}
        style={onSeries && { cursor: "pointer" }}
      >
        {ticks(...upwards, root ? 2 : 4).map((y) => (
          <g key={y}>
            <line class="wb-grid-line" x1={left} x2={width - RIGHT} y1={toY(y)} y2={toY(y)} />
            <text x={left - 4} y={toY(y) + 3} text-anchor="end">
              {short(y)}
            </text>
          </g>
        ))}
        {ticks(...across)
          .filter((x) => !whole || Number.isInteger(x))
          .map((x) => (
            <text key={x} x={toX(x)} y={height - BOTTOM + 14} text-anchor="middle">
              {short(x)}
            </text>
          ))}
        <text x={(left + width - RIGHT) / 2} y={height - 4} text-anchor="middle">
          {along}
        </text>
        {up && (
          <text
            text-anchor="middle"
            transform={`translate(10 ${(TOP + height - BOTTOM) / 2}) rotate(${downwards ? 90 : -90})`}
          >
            {up}
          </text>
        )}
        {here && <line class="wb-grid-line" x1={toX(here.x)} x2={toX(here.x)} y1={TOP} y2={height - BOTTOM} />}
        {series.map((each) => (
          <Drawn key={each.name} series={each} toX={toX} toY={toY} end={across[1]} />
        ))}
        <text class="wb-read" x={left} y={12}>
          {here?.text ?? ""}
        </text>
      </svg>
    </figure>
  );
}

/** The name of the series that has the point next to another one. @param {Series[]} series @param {Point} at @param {(x: number) => number} toX @param {(y: number) => number} toY */
function closest(series, at, toX, toY) {
  const drawn = series.flatMap(({ name, points }) => points.map(({ x, y }) => ({ name, x: toX(x), y: toY(y) })));
  return nearestPoint(drawn, at)?.name ?? "";
}

/** @param {Series} series */
function colorOf({ name, color }) {
  return color ?? (SPLITS.includes(name) ? `var(--wb-${name})` : "var(--wb-accent)");
}

/** @param {{series: Series, toX: (x: number) => number, toY: (y: number) => number, end: number}} props */
function Drawn({ series, toX, toY, end }) {
  const { points, kind = "line" } = series;
  const color = colorOf(series);
  if (kind === "bars") return <path d={outline(points, toX, toY)} style={{ fill: color, fillOpacity: 0.5 }} />;
  if (kind === "steps") {
    const path = points.map(({ x, y }, index) => `${index ? `H${toX(x)}V` : `M${toX(x)} `}${toY(y)}`).join("");
    return <path d={`${path}H${toX(end)}`} class="wb-drawn" style={{ stroke: color }} />;
  }
  const dots = kind === "dots";
  return (
    <g>
      {!dots && (
        <polyline
          class="wb-drawn"
          style={{ stroke: color }}
          points={points.map(({ x, y }) => `${toX(x)},${toY(y)}`).join(" ")}
        />
      )}
      {(dots || points.length <= MARKED) &&
        points.map(({ x, y }, index) => (
          <circle
            key={index}
            cx={toX(x)}
            cy={toY(y)}
            r={dots ? 2.5 : 2}
            style={{ fill: color, fillOpacity: dots ? 0.7 : 1 }}
          />
        ))}
    </g>
  );
}

/**
 * What is under the pointer, in words: of dots alone the nearest one, else each series' value at the nearest x.
 * @param {{along: string, up?: string, series: Series[]}} props @param {Point} at In the picture.
 * @param {(x: number) => number} toX @param {(y: number) => number} toY
 */
function found({ along, up, series }, at, toX, toY) {
  if (up && series.every(({ kind }) => kind === "dots")) {
    const candidates = series.flatMap(({ name, points }) =>
      points.map((point) => ({ name, point, x: toX(point.x), y: toY(point.y) })),
    );
    const best = nearestPoint(candidates, at);
    return (
      best && {
        x: best.point.x,
        text: `${best.name}: ${along} ${short(best.point.x)}, ${up} ${short(best.point.y)}`,
      }
    );
  }
  const drawn = series.flatMap(({ points }) => points.map(({ x }) => ({ x: toX(x), y: 0, value: x })));
  const x = nearest(drawn, at.x)?.value;
  if (x === undefined) return null;
  const values = series.flatMap(({ name, points, kind }) => {
    const point = kind === "steps" ? points.findLast((each) => each.x <= x) : points.find((each) => each.x === x);
    return point ? [`${name} ${short(point.y, 4)}`] : [];
  });
  return { x, text: `${along} ${short(x)}: ${values.join(", ")}` };
}
