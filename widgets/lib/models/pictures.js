import { h } from "preact";

/** @import { Pictures } from "./desk.js" */

const SIDE = 64;

/** One picture of a sheet; a small image is enlarged by whole steps, so that its pixels stay sharp. @param {{pictures: Pictures | null, sample: number, name: string}} props */
export function Picture({ pictures, sample, name }) {
  const at = pictures?.ids.indexOf(sample) ?? -1;
  if (!pictures || at < 0) return null;
  const [width, height] = pictures.sizes[at];
  const longer = Math.max(width, height);
  if (longer === 0) return h("span", { class: "wb-picture wb-faint", role: "img", "aria-label": `${name} cannot be read` }, "?");
  const scale = longer > SIDE ? SIDE / longer : Math.max(1, Math.floor(SIDE / longer));
  const x = (at % pictures.columns) * pictures.cell * scale;
  const y = Math.floor(at / pictures.columns) * pictures.cell * scale;
  const sheet = pictures.columns * pictures.cell * scale;
  return h(
    "span",
    { class: "wb-picture" },
    h("span", {
      role: "img",
      "aria-label": name,
      class: scale > 1 ? "wb-crisp" : "",
      style: { display: "block", width: `${width * scale}px`, height: `${height * scale}px`, background: `url(${pictures.url}) -${x}px -${y}px / ${sheet}px auto no-repeat` },
    }),
  );
}
