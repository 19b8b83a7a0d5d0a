import { h } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** @import { Thumb } from "../thumbs.js" */

/**
 * One thumbnail, cut out of its sheet. Small images are enlarged in whole squares.
 * @param {{thumb: Thumb | "broken" | undefined, side: number}} props
 */
export function ThumbView({ thumb, side }) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  useLayoutEffect(() => {
    if (!canvas.current || !thumb || thumb === "broken") return;
    const { bitmap, x, y, width, height } = thumb;
    canvas.current.width = width;
    canvas.current.height = height;
    canvas.current.getContext("2d")?.drawImage(bitmap, x, y, width, height, 0, 0, width, height);
  }, [thumb]);
  if (thumb === "broken") return h("div", { class: "wb-thumb wb-broken", style: { height: `${side}px` } }, "cannot be shown");
  const box = { width: `${side}px`, height: `${side}px` };
  if (!thumb) return h("div", { class: "wb-thumb", style: box });
  const scale = side / Math.max(thumb.width, thumb.height);
  const fit = { width: `${thumb.width * scale}px`, height: `${thumb.height * scale}px` };
  return h(
    "div",
    { class: "wb-thumb", style: box },
    h("canvas", { ref: canvas, class: scale > 1.5 ? "wb-crisp" : "", style: fit, "data-painted": "" }),
  );
}
