import { Chart } from "../../shared/chart.jsx";

/** @import { Shown } from "../images.js" */

/** @param {{of: any, from: Shown[], alt: string, side?: number}} props */
export function Picture({ of, from, alt, side }) {
  const shown = of ? from[of.buffer] : null;
  if (!of || !shown) return <span class="wb-broken">cannot be shown</span>;
  const longest = Math.max(of.width, of.height);
  const scale = side ? side / longest : 1;
  const style = side
    ? { width: `${Math.max(1, of.width * scale)}px`, height: `${Math.max(1, of.height * scale)}px` }
    : {};
  return <img src={shown.url} alt={alt} class={of.crisp ? "wb-crisp" : ""} style={style} />;
}

const CHANNELS = [
  { name: "red", color: "#d1495b" },
  { name: "green", color: "#3a9d5d" },
  { name: "blue", color: "#3a7dd1" },
];

/**
 * Counts per value of red, green and blue, in equal bins from 0 to `to`.
 * @param {{counts: number[][], title: string, along: string, up: string, to: number, width?: number, height?: number}} props
 */
export function Histogram({ counts, to, ...rest }) {
  const wide = to / counts[0].length;
  const series = CHANNELS.map((channel, index) => ({
    ...channel,
    kind: /** @type {const} */ ("bars"),
    points: counts[index].map((y, bin) => ({ x: bin * wide, y })),
  }));
  // A few values often hold nearly all pixels; the square root keeps the others visible.
  return <Chart {...rest} series={series} from={0} to={to} low={0} root />;
}
