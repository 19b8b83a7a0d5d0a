/** The colored square of a label. @param {{color: string}} props */
export function Swatch({ color }) {
  return <span class="wb-swatch" style={{ background: color }} aria-hidden="true" />;
}

/** A key as it stands on the keyboard. @param {{of: string | null}} props */
export function KeyCap({ of }) {
  return <span class="wb-key">{of?.toUpperCase() ?? ""}</span>;
}
