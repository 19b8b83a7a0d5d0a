import { h } from "preact";

/** A filter with its count, on or off. @param {{on: boolean, onClick: () => void, name: string, count: string, title?: string, lead?: any, disabled?: boolean}} props */
export function Facet({ on, onClick, name, count, title, lead, disabled }) {
  return h(
    "button",
    { type: "button", class: `wb-facet${on ? " wb-on" : ""}`, "aria-pressed": String(on), onClick, title, disabled },
    lead,
    h("span", { class: "wb-ellipsis wb-grow" }, name),
    h("span", { class: "wb-number wb-faint" }, count),
  );
}
