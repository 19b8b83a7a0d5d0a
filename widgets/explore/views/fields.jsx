import { TypedInput } from "../../shared/typed_input.jsx";
import { controlFor, rounded, shown, typed } from "../sliders.js";
import { words } from "./previews.jsx";

/**
 * @typedef {(value: any, moving: boolean) => void} OnValue `moving` while a slider is being dragged.
 * @typedef {{name: string, value: any, usual?: any, choices?: string[] | null, slider?: number[] | null, onValue: OnValue, children?: any}} Props
 */

/** One setting: a slider, a range, a switch, a choice or a text. @param {Props} props */
export function Field({ name, value, usual, choices, slider, onValue, children }) {
  if (choices) return <Choice name={name} value={value} choices={choices} onValue={onValue} />;
  const control = controlFor(name, value, usual);
  if (control.kind === "switch") {
    return (
      <label class="wb-field">
        <span title={words(name)}>{words(name)}</span>
        <input
          type="checkbox"
          checked={value}
          onChange={(/** @type {any} */ event) => onValue(event.target.checked, false)}
        />
        {children}
      </label>
    );
  }
  if (control.kind === "number") {
    const range = slider
      ? { low: Math.min(slider[0], value), high: Math.max(slider[1], value), step: slider[2] }
      : control;
    return (
      <div class="wb-field">
        <span title={words(name)}>{words(name)}</span>
        <Slider name={name} value={value} range={range} onValue={onValue} />
        {children}
      </div>
    );
  }
  if (control.kind === "pair") {
    return (
      <div class="wb-field wb-pair-field">
        <span title={words(name)}>{words(name)}</span>
        <div class="wb-grow">
          {[0, 1].map((side) => (
            <Slider
              key={side}
              name={`${name} ${side ? "to" : "from"}`}
              value={value[side]}
              range={control.of}
              onValue={(/** @type {number} */ number, /** @type {boolean} */ moving) =>
                onValue(ordered(value, side, number), moving)
              }
            />
          ))}
        </div>
        {children}
      </div>
    );
  }
  return (
    <label class="wb-field">
      <span title={words(name)}>{words(name)}</span>
      <TypedInput type="text" value={shown(value)} onTyped={(text) => onValue(typed(text), false)} />
      {children}
    </label>
  );
}

/** A pair whose lower end stays the lower one. @param {number[]} pair @param {number} side @param {number} number */
function ordered(pair, side, number) {
  return side === 0 ? [number, Math.max(number, pair[1])] : [Math.min(number, pair[0]), number];
}

/** @param {{name: string, value: string, choices: string[], onValue: OnValue}} props */
function Choice({ name, value, choices, onValue }) {
  return (
    <label class="wb-field">
      <span title={words(name)}>{words(name)}</span>
      <select value={value} onChange={(/** @type {any} */ event) => onValue(event.target.value, false)}>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    </label>
  );
}

/** @param {{name: string, value: number, range: {low: number, high: number, step: number}, onValue: OnValue}} props */
function Slider({ name, value, range, onValue }) {
  /** @param {string} text @param {boolean} moving */
  const take = (text, moving) => {
    const number = Number(text);
    if (text !== "" && Number.isFinite(number)) onValue(rounded(number, range.step), moving);
  };
  return (
    <div class="wb-slider">
      <input
        type="range"
        min={range.low}
        max={range.high}
        step={range.step}
        value={value}
        aria-label={words(name)}
        onInput={(/** @type {any} */ event) => take(event.target.value, true)}
      />
      <TypedInput
        type="number"
        step={range.step}
        value={value}
        aria-label={`${words(name)}, number`}
        onTyped={(text) => take(text, false)}
      />
    </div>
  );
}
