import { h } from "preact";
import { TypedInput } from "../../shared/typed_input.js";
import { addEntry, moveStep, SPLITS, setValue, stepIsOn, stepOrder, switchStep } from "../draft.js";
import { Field } from "./fields.js";
import { noTransform, Transform } from "./transform.js";
import { words } from "./views.js";

/** @import { Desk } from "../desk.js" */
/** @import { Draft, Split } from "../draft.js" */

const NORMALIZATIONS = ["imagenet", "theme", "none"];

/** What can be switched, moved and set. @param {{desk: Desk}} props */
export function Controls({ desk }) {
  const { draft, steps } = desk.state;
  if (!draft) return null;
  const known = Object.keys(steps);
  return h(
    "aside",
    { class: "wb-controls", "aria-label": "Settings" },
    h("h3", null, "Preprocessing"),
    h(ImageSize, { desk, draft }),
    stepOrder(draft, known).map((name, index, order) =>
      h(Step, { key: name, desk, draft, name, known, first: index === 0, last: index === order.length - 1 }),
    ),
    h("h3", null, "Augmentation"),
    h(Choices, { desk, draft }),
    h(Transforms, { desk, draft }),
  );
}

/** @param {{desk: Desk, draft: Draft}} props */
function ImageSize({ desk, draft }) {
  const size = draft.data.image?.size ?? null;
  const text = size === null ? "" : Array.isArray(size) ? size.join(" x ") : String(size);
  /** @param {string} typed */
  const take = (typed) => {
    const numbers = typed
      .split(/[^0-9]+/)
      .filter(Boolean)
      .map(Number);
    const value = numbers.length === 0 ? null : numbers.length === 1 ? numbers[0] : numbers.slice(0, 2);
    if (JSON.stringify(value) !== JSON.stringify(size)) desk.edit(setValue(draft, ["image", "size"], value));
  };
  return h(
    "label",
    { class: "wb-field", title: "One number for a square, or height x width; empty leaves images as they are" },
    h("span", null, "image size"),
    h(TypedInput, { type: "text", value: text, placeholder: "as it is", onTyped: take }),
  );
}

/** @param {{desk: Desk, draft: Draft, name: string, known: string[], first: boolean, last: boolean}} props */
function Step({ desk, draft, name, known, first, last }) {
  const on = stepIsOn(draft, name);
  const settings = draft.data.preprocessing?.[name] ?? {};
  return h(
    "fieldset",
    { class: on ? "wb-on" : "" },
    h(
      "div",
      { class: "wb-row" },
      h(
        "label",
        { class: "wb-grow" },
        h("input", {
          type: "checkbox",
          checked: on,
          onChange: (/** @type {any} */ event) => desk.edit(switchStep(draft, name, event.target.checked)),
        }),
        ` ${words(name)}`,
      ),
      h(
        "button",
        {
          "aria-label": `Move ${words(name)} up`,
          title: "Earlier",
          disabled: first,
          onClick: () => desk.edit(moveStep(draft, name, -1, known)),
        },
        "↑",
      ),
      h(
        "button",
        {
          "aria-label": `Move ${words(name)} down`,
          title: "Later",
          disabled: last,
          onClick: () => desk.edit(moveStep(draft, name, 1, known)),
        },
        "↓",
      ),
    ),
    on &&
      desk.state.steps[name].map((field) =>
        h(Field, {
          key: field.name,
          name: field.name,
          value: field.name in settings ? settings[field.name] : field.default,
          usual: field.default,
          choices: field.choices,
          slider: field.slider,
          onValue: (value, moving) => desk.edit(setValue(draft, ["preprocessing", name, field.name], value), moving),
        }),
      ),
  );
}

/** @param {{desk: Desk, draft: Draft}} props */
function Choices({ desk, draft }) {
  const { edited, libraries } = desk.state;
  const normalization = draft.data.augmentation?.normalization ?? "imagenet";
  const own = typeof normalization !== "string";
  return h(
    "div",
    null,
    h(
      "label",
      { class: "wb-field" },
      h("span", null, "library"),
      h(
        "select",
        { value: desk.library, onChange: (/** @type {any} */ event) => desk.switchLibrary(event.target.value) },
        libraries.map((name) => h("option", { key: name, value: name }, name)),
      ),
    ),
    h(
      "label",
      { class: "wb-field" },
      h("span", null, "normalization"),
      h(
        "select",
        {
          value: own ? "own" : normalization,
          onChange: (/** @type {any} */ event) =>
            event.target.value !== "own" &&
            desk.edit(setValue(draft, ["augmentation", "normalization"], event.target.value)),
        },
        NORMALIZATIONS.map((name) => h("option", { key: name, value: name }, name)),
        own && h("option", { value: "own" }, "own numbers"),
      ),
    ),
    h(
      "div",
      { class: "wb-segments", role: "group", "aria-label": "Split whose transforms are shown" },
      SPLITS.map((split) =>
        h(
          "button",
          {
            key: split,
            "aria-pressed": edited === split,
            onClick: () => {
              desk.set({ edited: split });
              desk.look();
            },
          },
          `${split} (${draft.lists[split].length})`,
        ),
      ),
    ),
  );
}

/** @param {{desk: Desk, draft: Draft}} props */
function Transforms({ desk, draft }) {
  const { edited, names } = desk.state;
  const list = draft.lists[edited];
  const id = `wb-transforms-${desk.library}`;
  /** @param {any} event */
  const add = async (event) => {
    const input = event.currentTarget.form ?? event.currentTarget;
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (input.elements.namedItem("transform"));
    const name = field.value.trim();
    if (await addNamed(desk, edited, name)) field.value = "";
  };
  return h(
    "div",
    null,
    list.length === 0 &&
      h(
        "p",
        { class: "wb-faint" },
        edited === "train"
          ? "No transforms: every epoch sees the same pictures."
          : "No transforms: evaluated as preprocessed.",
      ),
    list.map((entry, index) =>
      h(Transform, { key: entry.key, desk, draft, entry, path: [edited, index], count: list.length }),
    ),
    h(
      "form",
      { class: "wb-row wb-add", onSubmit: add },
      h("input", {
        type: "text",
        name: "transform",
        list: id,
        placeholder: "transform to add",
        "aria-label": "Transform to add",
        class: "wb-grow",
      }),
      h("button", { type: "submit" }, "Add"),
    ),
    h(
      "datalist",
      { id },
      (names[desk.library] ?? []).map((name) => h("option", { key: name, value: name })),
    ),
  );
}

/** @param {Desk} desk @param {Split} split @param {string} name @returns {Promise<boolean>} */
async function addNamed(desk, split, name) {
  const known = desk.state.names[desk.library] ?? [];
  if (!known.includes(name)) {
    desk.set({ problem: noTransform(desk.library, name, known) });
    return false;
  }
  const found = await desk.argumentsOf([name]);
  if (desk.state.draft) desk.edit(addEntry(desk.state.draft, split, name, found[name]));
  return true;
}
