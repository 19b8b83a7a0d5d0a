import { number, share } from "../../shared/format.js";
import { Swatch } from "../../shared/swatch.jsx";
import { applyFilter } from "../browsing.js";
import { AGREEMENTS, answered, RANGES } from "../review.js";
import { Facet } from "./facet.jsx";

/** @import { LabelPanel } from "../state.js" */
/** @import { Sample } from "../messages.js" */

/** What the model says of an image, beside what people said. @param {{panel: LabelPanel, item: Sample}} props */
export function Prediction({ panel, item }) {
  if (!item.answer) return null;
  const label = item.answer.label === null ? undefined : panel.label(item.answer.label);
  const sign = item.label === null ? "?" : item.label === item.answer.label ? "=" : "≠";
  return (
    <span class={`wb-mark wb-guess${sign === "≠" ? " wb-differs" : ""}`}>
      <span aria-hidden="true">{sign}</span>
      {/* Where it agrees, the label itself stands there with its color. */}
      {label && sign !== "=" ? <Swatch color={label.color} /> : null}
      <span class="wb-ellipsis">{label?.name ?? "gone"}</span>
      <span class="wb-number wb-faint">{share(item.answer.score)}</span>
    </span>
  );
}

/** Filters by what the model said. @param {{panel: LabelPanel}} props */
export function PredictionFilters({ panel }) {
  const { state } = panel;
  const { answers, where } = state;
  const match = where.match ?? "any";
  const wanted = where.predicted ?? null;
  return (
    <section aria-label="Predictions">
      <div class="wb-head">
        <span>
          {panel.review?.version ? `Predicted by ${panel.review.words}` : `Suggestions, ${panel.review?.words}`}
        </span>
      </div>
      {AGREEMENTS.map(([value, name]) => (
        <Facet
          key={value}
          on={match === value}
          onClick={() => applyFilter(panel, { match: match === value ? "any" : value })}
          name={name}
          count={number(
            answered(answers, ([label, other]) => other === value && (wanted === null || label === wanted)),
          )}
        />
      ))}
      <div class="wb-head">
        <span>Predicted label</span>
      </div>
      {state.labels.map((label) => (
        <Facet
          key={label.id}
          on={wanted === label.id}
          onClick={() => applyFilter(panel, { predicted: wanted === label.id ? null : label.id })}
          lead={<Swatch color={label.color} />}
          name={label.name}
          count={number(answered(answers, ([other, how]) => other === label.id && (match === "any" || how === match)))}
        />
      ))}
      <div class="wb-head">
        <span>Score</span>
      </div>
      {RANGES.map(([name, lowest, highest]) => {
        const on = where.lowest === lowest && where.highest === highest;
        return (
          <Facet
            key={name}
            on={on}
            onClick={() => applyFilter(panel, on ? { lowest: null, highest: null } : { lowest, highest })}
            name={name}
            count=""
          />
        );
      })}
    </section>
  );
}
