/** @import { Thumbnail } from "../thumbnails.js" */

/**
 * One thumbnail, cut out of its sheet. Small images are enlarged in whole squares.
 * @param {{thumb: Thumbnail | "broken" | undefined, side: number}} props
 */
export function ThumbnailView({ thumb, side }) {
  if (thumb === "broken")
    return (
      <div class="wb-thumb wb-broken" style={{ height: `${side}px` }}>
        cannot be shown
      </div>
    );
  const box = { width: `${side}px`, height: `${side}px` };
  if (!thumb) return <div class="wb-thumb" style={box} />;
  const scale = enlarged(side / Math.max(thumb.width, thumb.height));
  // A background and no canvas of its own: two hundred of them cost as much as one picture.
  const cut = {
    width: `${thumb.width * scale}px`,
    height: `${thumb.height * scale}px`,
    backgroundImage: `url(${thumb.sheet.url})`,
    backgroundSize: `${thumb.sheet.width * scale}px ${thumb.sheet.height * scale}px`,
    backgroundPosition: `${-thumb.x * scale}px ${-thumb.y * scale}px`,
  };
  return (
    <div class="wb-thumb" style={box}>
      <div class={scale >= 2 ? "wb-crisp" : ""} style={cut} data-painted="" />
    </div>
  );
}

/** A whole number where every pixel becomes a square. @param {number} scale */
function enlarged(scale) {
  return scale >= 2 ? Math.floor(scale) : scale;
}
