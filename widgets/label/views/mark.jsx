import { KeyCap, Swatch } from "../../shared/swatch.jsx";
import { decisionName } from "../wording.js";

/** @import { LabelPanel } from "../state.js" */
/** @import { Sample } from "../messages.js" */

/** A decision with its color and key. @param {{panel: LabelPanel, item: Pick<Sample, "label" | "skipped">}} props */
export function Mark({ panel, item }) {
  const label = item.label === null ? undefined : panel.label(item.label);
  if (!label)
    return (
      <span class="wb-mark wb-faint">{item.label !== null || item.skipped ? decisionName(panel, item) : "–"}</span>
    );
  return (
    <span class="wb-mark">
      <Swatch color={label.color} />
      {label.key && <KeyCap of={label.key} />}
      <span class="wb-ellipsis">{label.name}</span>
    </span>
  );
}
