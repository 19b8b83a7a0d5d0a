import { h } from "preact";

/** @import { Pictures } from "./desk.js" */

/** One picture of a sheet. @param {{pictures: Pictures | null, sample: number, name: string}} props */
export function Picture({ pictures, sample, name }) {
  const at = pictures?.ids.indexOf(sample) ?? -1;
  if (!pictures || at < 0) return null;
  const [width, height] = pictures.sizes[at];
  const x = (at % pictures.columns) * pictures.cell;
  const y = Math.floor(at / pictures.columns) * pictures.cell;
  return h("span", {
    role: "img",
    "aria-label": name,
    style: { display: "inline-block", width: `${width}px`, height: `${height}px`, background: `url(${pictures.url}) -${x}px -${y}px no-repeat` },
  });
}
