import { decisionName } from "../wording.js";

/** @import { LabelPanel } from "../state.js" */
/** @import { Sample } from "../messages.js" */

/** The colored square of a label. @param {{color: string}} props */
export function Swatch({ color }) {
  return <span class="wb-swatch" style={{ background: color }} aria-hidden="true" />;
}

/** A decision with its color and key. @param {{panel: LabelPanel, item: Pick<Sample, "label" | "skipped">}} props */
export function Mark({ panel, item }) {
  const label = item.label === null ? undefined : panel.label(item.label);
  if (!label)
    return (
      <span class="wb-mark wb-faint">{item.label !== null || item.skipped ? decisionName(panel, item) : "–"}</span>
    );
  const key = panel.state.labels.indexOf(label) + 1;
  return (
    <span class="wb-mark">
      <Swatch color={label.color} />
      {key <= 9 && <span class="wb-key">{key}</span>}
      <span class="wb-ellipsis">{label.name}</span>
    </span>
  );
}
