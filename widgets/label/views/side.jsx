import { number } from "../../shared/format.js";
import { KeyCap, Swatch } from "../../shared/swatch.jsx";
import { applyFilter } from "../browsing.js";
import { labelByMouse } from "../commands.js";
import { Facet } from "./facet.jsx";
import { Hint } from "./hint.jsx";
import { PredictionFilters } from "./predictions.jsx";

/** @import { LabelPanel } from "../state.js" */
/** @import { Label } from "../../shared/messages.js" */

const SPLITS = ["train", "valid", "test"];

/** Counts per label, split and annotator; each is a filter. @param {{panel: LabelPanel}} props */
export function Side({ panel }) {
  // A gallery is about answers; elsewhere the labels come first, so that their counts are always in view.
  return (
    <div class="wb-side">
      {panel.gallery && <PredictionFilters panel={panel} />}
      <Labels panel={panel} />
      {panel.review && !panel.gallery && <PredictionFilters panel={panel} />}
      <Splits panel={panel} />
      <Annotators panel={panel} />
      <Hint panel={panel} />
    </div>
  );
}

/** @param {{panel: LabelPanel}} props */
function Labels({ panel }) {
  const { state } = panel;
  const whole = panel.countsNow().byLabel();
  const boxes = state.theme?.boxes;
  const found = panel.scopeNow()?.byLabel({ ...state.where, label: null });
  return (
    <section aria-label="Labels">
      <div class="wb-head">
        <span>{boxes ? "Labels of boxes" : "Labels"}</span>
        <button type="button" class="wb-link" onClick={() => panel.set({ dialog: { name: "labels" } })}>
          Edit…
        </button>
      </div>
      {state.labels.map((label) => (
        <LabelRow
          key={label.id}
          panel={panel}
          label={label}
          count={
            boxes
              ? number(boxes[label.id] ?? 0)
              : found
                ? `${number(found.get(label.id) ?? 0)} of ${number(whole.get(label.id) ?? 0)}`
                : `… of ${number(whole.get(label.id) ?? 0)}`
          }
        />
      ))}
      {state.labels.length === 0 && <p class="wb-faint">No labels yet. Press Edit to add some.</p>}
    </section>
  );
}

/** A label, which a click gives to what is selected, and its count, which a click makes the filter. @param {{panel: LabelPanel, label: Label, count: string}} props */
function LabelRow({ panel, label, count }) {
  const boxes = Boolean(panel.state.theme?.boxes);
  const on = panel.state.where.label === label.id;
  const how = label.key ? `key ${label.key.toUpperCase()}` : "type its first letters";
  return (
    <div class={`wb-label-row${on ? " wb-on" : ""}`}>
      <button
        type="button"
        class="wb-facet wb-grow"
        disabled={boxes}
        title={boxes ? label.name : `${label.name}: ${how}, or a click labels what is selected`}
        onClick={() => labelByMouse(panel, label.id)}
      >
        {!boxes && <KeyCap of={label.key} />}
        <Swatch color={label.color} />
        <span class="wb-ellipsis">{label.name}</span>
      </button>
      <button
        type="button"
        class="wb-count"
        aria-pressed={on}
        aria-label={`Show only ${label.name}, ${count}`}
        title={on ? "Show all labels" : `Show only ${label.name}`}
        disabled={boxes}
        onClick={() => applyFilter(panel, { label: on ? null : label.id })}
      >
        <span class="wb-number wb-faint">{count}</span>
      </button>
    </div>
  );
}

/** @param {{panel: LabelPanel}} props */
function Splits({ panel }) {
  const { state } = panel;
  const counts = panel.scopeNow();
  const boxes = Boolean(state.theme?.boxes);
  return (
    <section aria-label="Split">
      <div class="wb-head">
        <span>Split</span>
        <button
          type="button"
          class="wb-link"
          disabled={boxes}
          title={boxes ? "Training on boxes assigns what has no split; before that: workbench split" : ""}
          onClick={() => panel.set({ dialog: { name: "splits" } })}
        >
          Assign…
        </button>
        <button type="button" class="wb-link" onClick={() => panel.set({ dialog: { name: "statistics" } })}>
          Statistics…
        </button>
      </div>
      {[...SPLITS, "none"].map((split) => (
        <Facet
          key={split}
          on={state.where.split === split}
          onClick={() => applyFilter(panel, { split: state.where.split === split ? null : split })}
          name={split}
          count={counts ? number(counts.total({ ...state.where, split })) : "…"}
        />
      ))}
    </section>
  );
}

/** @param {{panel: LabelPanel}} props */
function Annotators({ panel }) {
  const { state } = panel;
  if (state.annotators.length === 0) return null;
  const unseen = state.assist.standing?.by_model ?? 0;
  return (
    <section aria-label="Annotator">
      <div class="wb-head">
        <span>Annotator</span>
      </div>
      {(unseen > 0 || state.where.unseen) && (
        <Facet
          on={Boolean(state.where.unseen)}
          onClick={() => applyFilter(panel, { unseen: !state.where.unseen })}
          title="Labels that a model suggested and somebody accepted without looking"
          name="by: model"
          count={number(unseen)}
        />
      )}
      {state.annotators.map((name) => (
        <Facet
          key={name}
          on={state.where.annotator === name}
          onClick={() => applyFilter(panel, { annotator: state.where.annotator === name ? null : name })}
          name={name}
          count=""
        />
      ))}
    </section>
  );
}
