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

/** Counts per value of red, green and blue. @param {{counts: number[][], width?: number, height?: number}} props */
export function Histogram({ counts, width = 160, height = 48 }) {
  const bins = counts[0].length;
  // A few values often hold nearly all pixels; the square root keeps the others visible.
  const highest = Math.sqrt(Math.max(1, ...counts.flat()));
  return (
    <svg
      class="wb-histogram"
      viewBox={`0 0 ${bins} 100`}
      width={width}
      height={height}
      preserveAspectRatio="none"
      role="img"
      aria-label="histogram of red, green and blue"
    >
      {counts.map((row, channel) => {
        const points = row.map(
          (count, bin) =>
            `L${bin} ${100 - (100 * Math.sqrt(count)) / highest}L${bin + 1} ${100 - (100 * Math.sqrt(count)) / highest}`,
        );
        return <path key={channel} class={`wb-channel-${channel}`} d={`M0 100${points.join("")}L${bins} 100Z`} />;
      })}
    </svg>
  );
}
