import { useEffect } from "preact/hooks";
import { Swatch } from "../../shared/swatch.jsx";
import { applyDecision } from "../commands.js";
import { readSuggested, suggestedFor } from "../suggested.js";

/** @import { LabelPanel } from "../state.js" */
/** @import { Sample } from "../messages.js" */

/** What the model beside takes the image for, with bars as long as the probabilities. @param {{panel: LabelPanel, item: Sample | undefined}} props */
export function SuggestedLabels({ panel, item }) {
  useEffect(() => {
    readSuggested(panel);
  }, [item?.id, panel.state.assist.standing]);
  const found = item && !item.second ? suggestedFor(panel, item.id) : [];
  if (found.length === 0) return null;
  const open = item?.label === null && !item.skipped;
  return (
    <section class="wb-suggested" aria-label="Suggested">
      <div class="wb-head">
        <span>Suggested</span>
        {open && <span>Enter accepts</span>}
      </div>
      {found.map(([id, probability]) => {
        const label = panel.label(id);
        if (!label) return null;
        const share = Math.round(100 * probability);
        return (
          <button
            key={id}
            type="button"
            class="wb-label-key"
            title={`Label it “${label.name}”: ${share} %`}
            onClick={() => applyDecision(panel, { label: id, skipped: false })}
          >
            <Swatch color={label.color} />
            <span class="wb-ellipsis">{label.name}</span>
            <span class="wb-bar-of" aria-hidden="true">
              <span style={{ width: `${share}%` }} />
            </span>
            <span class="wb-number wb-faint">{`${share} %`}</span>
          </button>
        );
      })}
    </section>
  );
}
