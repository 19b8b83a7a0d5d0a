/** @import { Sheet } from "./messages.js" */

/** @typedef {Sheet & {url: string}} ThumbnailSheet A sheet whose image the page can show. */

/** One thumbnail of a sheet; a small image is enlarged by whole steps, so that its pixels stay sharp. @param {{sheet: ThumbnailSheet | null, sample: number, name: string, side?: number}} props */
export function Thumbnail({ sheet, sample, name, side = 64 }) {
  const at = sheet?.ids.indexOf(sample) ?? -1;
  if (!sheet || at < 0) return null;
  const [width, height] = sheet.sizes[at];
  const longer = Math.max(width, height);
  if (longer === 0)
    return (
      <span class="wb-picture wb-faint" role="img" aria-label={`${name} cannot be read`}>
        ?
      </span>
    );
  const scale = longer > side ? side / longer : Math.max(1, Math.floor(side / longer));
  const x = (at % sheet.columns) * sheet.cell * scale;
  const y = Math.floor(at / sheet.columns) * sheet.cell * scale;
  const whole = sheet.columns * sheet.cell * scale;
  return (
    <span class="wb-picture" style={{ width: `${side}px`, height: `${side}px` }}>
      <span
        role="img"
        aria-label={name}
        class={scale > 1 ? "wb-crisp" : ""}
        style={{
          display: "block",
          width: `${width * scale}px`,
          height: `${height * scale}px`,
          background: `url(${sheet.url}) -${x}px -${y}px / ${whole}px auto no-repeat`,
        }}
      />
    </span>
  );
}
