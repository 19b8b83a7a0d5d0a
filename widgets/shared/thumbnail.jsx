/** @typedef {{ids: number[], columns: number, cell: number, sizes: [number, number][], url: string}} Pictures A sheet of thumbnails, its sides in pixels. */

/** One picture of a sheet; a small image is enlarged by whole steps, so that its pixels stay sharp. @param {{pictures: Pictures | null, sample: number, name: string, side?: number}} props */
export function Picture({ pictures, sample, name, side = 64 }) {
  const at = pictures?.ids.indexOf(sample) ?? -1;
  if (!pictures || at < 0) return null;
  const [width, height] = pictures.sizes[at];
  const longer = Math.max(width, height);
  if (longer === 0)
    return (
      <span class="wb-picture wb-faint" role="img" aria-label={`${name} cannot be read`}>
        ?
      </span>
    );
  const scale = longer > side ? side / longer : Math.max(1, Math.floor(side / longer));
  const x = (at % pictures.columns) * pictures.cell * scale;
  const y = Math.floor(at / pictures.columns) * pictures.cell * scale;
  const sheet = pictures.columns * pictures.cell * scale;
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
          background: `url(${pictures.url}) -${x}px -${y}px / ${sheet}px auto no-repeat`,
        }}
      />
    </span>
  );
}
