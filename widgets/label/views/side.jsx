import { number } from "../../shared/format.js";
import { narrow } from "../browsing.js";
import { Answers } from "./answers.jsx";
import { Facet } from "./facet.jsx";
import { Swatch } from "./mark.jsx";

/** @import { Desk } from "../desk.js" */

const SPLITS = ["train", "valid", "test"];

/** Counts per label, split and annotator; each is a filter. @param {{desk: Desk}} props */
export function Side({ desk }) {
  // A gallery is about answers; elsewhere the labels come first, so that their counts are always in view.
  return (
    <div class="wb-side">
      {desk.gallery && <Answers desk={desk} />}
      <Labels desk={desk} />
      {desk.review && !desk.gallery && <Answers desk={desk} />}
      <Splits desk={desk} />
      <Annotators desk={desk} />
    </div>
  );
}

/** @param {{desk: Desk}} props */
function Labels({ desk }) {
  const { state } = desk;
  const whole = desk.countsNow().byLabel();
  const boxes = state.theme?.boxes;
  const found = desk.scopeNow()?.byLabel({ ...state.where, label: null });
  return (
    <section aria-label="Labels">
      <div class="wb-head">
        <span>{boxes ? "Labels of boxes" : "Labels"}</span>
        <button type="button" class="wb-link" onClick={() => desk.set({ dialog: { name: "labels" } })}>
          Edit…
        </button>
      </div>
      {state.labels.map((label, index) => (
        <Facet
          key={label.id}
          on={state.where.label === label.id}
          disabled={Boolean(boxes)}
          onClick={() => narrow(desk, { label: state.where.label === label.id ? null : label.id })}
          title={boxes ? label.name : `${label.name}: ${index < 9 ? `key ${index + 1}` : "type its first letters"}`}
          lead={[!boxes && <span class="wb-key">{index < 9 ? index + 1 : ""}</span>, <Swatch color={label.color} />]}
          name={label.name}
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

/** @param {{desk: Desk}} props */
function Splits({ desk }) {
  const { state } = desk;
  const counts = desk.scopeNow();
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
          onClick={() => desk.set({ dialog: { name: "splits" } })}
        >
          Assign…
        </button>
        <button type="button" class="wb-link" onClick={() => desk.set({ dialog: { name: "statistics" } })}>
          Statistics…
        </button>
      </div>
      {[...SPLITS, "none"].map((split) => (
        <Facet
          key={split}
          on={state.where.split === split}
          onClick={() => narrow(desk, { split: state.where.split === split ? null : split })}
          name={split}
          count={counts ? number(counts.total({ ...state.where, split })) : "…"}
        />
      ))}
    </section>
  );
}

/** @param {{desk: Desk}} props */
function Annotators({ desk }) {
  const { state } = desk;
  if (state.annotators.length === 0) return null;
  return (
    <section aria-label="Annotator">
      <div class="wb-head">
        <span>Annotator</span>
      </div>
      {state.annotators.map((name) => (
        <Facet
          key={name}
          on={state.where.annotator === name}
          onClick={() => narrow(desk, { annotator: state.where.annotator === name ? null : name })}
          name={name}
          count=""
        />
      ))}
    </section>
  );
}
