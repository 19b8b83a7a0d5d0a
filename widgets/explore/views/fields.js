import { h } from "preact";
import { TypedInput } from "../../shared/typed_input.js";
import { controlFor, rounded, shown, typed } from "../sliders.js";
import { words } from "./views.js";

/**
 * @typedef {(value: any, moving: boolean) => void} OnValue `moving` while a slider is being dragged.
 * @typedef {{name: string, value: any, usual?: any, choices?: string[] | null, slider?: number[] | null, onValue: OnValue, children?: any}} Props
 */

/** One setting: a slider, a range, a switch, a choice or a text. @param {Props} props */
export function Field({ name, value, usual, choices, slider, onValue, children }) {
  if (choices) return h(Choice, { name, value, choices, onValue });
  const control = controlFor(name, value, usual);
  if (control.kind === "switch") {
    return h(
      "label",
      { class: "wb-field" },
      h("span", { title: words(name) }, words(name)),
      h("input", {
        type: "checkbox",
        checked: value,
        onChange: (/** @type {any} */ event) => onValue(event.target.checked, false),
      }),
      children,
    );
  }
  if (control.kind === "number") {
    const range = slider
      ? { low: Math.min(slider[0], value), high: Math.max(slider[1], value), step: slider[2] }
      : control;
    return h(
      "div",
      { class: "wb-field" },
      h("span", { title: words(name) }, words(name)),
      h(Slider, { name, value, range, onValue }),
      children,
    );
  }
  if (control.kind === "pair") {
    return h(
      "div",
      { class: "wb-field wb-pair-field" },
      h("span", { title: words(name) }, words(name)),
      h(
        "div",
        { class: "wb-grow" },
        [0, 1].map((side) =>
          h(Slider, {
            key: side,
            name: `${name} ${side ? "to" : "from"}`,
            value: value[side],
            range: control.of,
            onValue: (/** @type {number} */ number, /** @type {boolean} */ moving) =>
              onValue(ordered(value, side, number), moving),
          }),
        ),
      ),
      children,
    );
  }
  return h(
    "label",
    { class: "wb-field" },
    h("span", { title: words(name) }, words(name)),
    h(TypedInput, { type: "text", value: shown(value), onTyped: (text) => onValue(typed(text), false) }),
    children,
  );
}

/** A pair whose lower end stays the lower one. @param {number[]} pair @param {number} side @param {number} number */
function ordered(pair, side, number) {
  return side === 0 ? [number, Math.max(number, pair[1])] : [Math.min(number, pair[0]), number];
}

/** @param {{name: string, value: string, choices: string[], onValue: OnValue}} props */
function Choice({ name, value, choices, onValue }) {
  return h(
    "label",
    { class: "wb-field" },
    h("span", { title: words(name) }, words(name)),
    h(
      "select",
      { value, onChange: (/** @type {any} */ event) => onValue(event.target.value, false) },
      choices.map((choice) => h("option", { key: choice, value: choice }, choice)),
    ),
  );
}

/** @param {{name: string, value: number, range: {low: number, high: number, step: number}, onValue: OnValue}} props */
function Slider({ name, value, range, onValue }) {
  /** @param {string} text @param {boolean} moving */
  const take = (text, moving) => {
    const number = Number(text);
    if (text !== "" && Number.isFinite(number)) onValue(rounded(number, range.step), moving);
  };
  return h(
    "div",
    { class: "wb-slider" },
    h("input", {
      type: "range",
      min: range.low,
      max: range.high,
      step: range.step,
      value,
      "aria-label": words(name),
      onInput: (/** @type {any} */ event) => take(event.target.value, true),
    }),
    h(TypedInput, {
      type: "number",
      step: range.step,
      value,
      "aria-label": `${words(name)}, number`,
      onTyped: (text) => take(text, false),
    }),
  );
}
