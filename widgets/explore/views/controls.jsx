import { TypedInput } from "../../shared/typed_input.jsx";
import { addEntry, moveStep, SPLITS, setValue, stepIsOn, stepOrder, switchStep } from "../draft.js";
import { Field } from "./fields.jsx";
import { noTransform, Transform } from "./transform.jsx";
import { words } from "./views.jsx";

/** @import { Desk } from "../desk.js" */
/** @import { Draft, Split } from "../draft.js" */

const NORMALIZATIONS = ["imagenet", "theme", "none"];

/** What can be switched, moved and set. @param {{desk: Desk}} props */
export function Controls({ desk }) {
  const { draft, steps } = desk.state;
  if (!draft) return null;
  const known = Object.keys(steps);
  return (
    <aside class="wb-controls" aria-label="Settings">
      <h3>Preprocessing</h3>
      <ImageSize desk={desk} draft={draft} />
      {stepOrder(draft, known).map((name, index, order) => (
        <Step
          key={name}
          desk={desk}
          draft={draft}
          name={name}
          known={known}
          first={index === 0}
          last={index === order.length - 1}
        />
      ))}
      <h3>Augmentation</h3>
      <Choices desk={desk} draft={draft} />
      <Transforms desk={desk} draft={draft} />
    </aside>
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
  return (
    <label class="wb-field" title="One number for a square, or height x width; empty leaves images as they are">
      <span>image size</span>
      <TypedInput type="text" value={text} placeholder="as it is" onTyped={take} />
    </label>
  );
}

/** @param {{desk: Desk, draft: Draft, name: string, known: string[], first: boolean, last: boolean}} props */
function Step({ desk, draft, name, known, first, last }) {
  const on = stepIsOn(draft, name);
  const settings = draft.data.preprocessing?.[name] ?? {};
  return (
    <fieldset class={on ? "wb-on" : ""}>
      <div class="wb-row">
        <label class="wb-grow">
          <input
            type="checkbox"
            checked={on}
            onChange={(/** @type {any} */ event) => desk.edit(switchStep(draft, name, event.target.checked))}
          />
          {` ${words(name)}`}
        </label>
        <button
          type="button"
          aria-label={`Move ${words(name)} up`}
          title="Earlier"
          disabled={first}
          onClick={() => desk.edit(moveStep(draft, name, -1, known))}
        >
          ↑
        </button>
        <button
          type="button"
          aria-label={`Move ${words(name)} down`}
          title="Later"
          disabled={last}
          onClick={() => desk.edit(moveStep(draft, name, 1, known))}
        >
          ↓
        </button>
      </div>
      {on &&
        desk.state.steps[name].map((field) => (
          <Field
            key={field.name}
            name={field.name}
            value={field.name in settings ? settings[field.name] : field.default}
            usual={field.default}
            choices={field.choices}
            slider={field.slider}
            onValue={(value, moving) => desk.edit(setValue(draft, ["preprocessing", name, field.name], value), moving)}
          />
        ))}
    </fieldset>
  );
}

/** @param {{desk: Desk, draft: Draft}} props */
function Choices({ desk, draft }) {
  const { edited, libraries } = desk.state;
  const normalization = draft.data.augmentation?.normalization ?? "imagenet";
  const own = typeof normalization !== "string";
  return (
    <div>
      <label class="wb-field">
        <span>library</span>
        <select value={desk.library} onChange={(/** @type {any} */ event) => desk.switchLibrary(event.target.value)}>
          {libraries.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="wb-field">
        <span>normalization</span>
        <select
          value={own ? "own" : normalization}
          onChange={(/** @type {any} */ event) =>
            event.target.value !== "own" &&
            desk.edit(setValue(draft, ["augmentation", "normalization"], event.target.value))
          }
        >
          {NORMALIZATIONS.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
          {own && <option value="own">own numbers</option>}
        </select>
      </label>
      <div class="wb-segments" role="group" aria-label="Split whose transforms are shown">
        {SPLITS.map((split) => (
          <button
            type="button"
            key={split}
            aria-pressed={edited === split}
            onClick={() => {
              desk.set({ edited: split });
              desk.look();
            }}
          >{`${split} (${draft.lists[split].length})`}</button>
        ))}
      </div>
    </div>
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
  return (
    <div>
      {list.length === 0 && (
        <p class="wb-faint">
          {edited === "train"
            ? "No transforms: every epoch sees the same pictures."
            : "No transforms: evaluated as preprocessed."}
        </p>
      )}
      {list.map((entry, index) => (
        <Transform key={entry.key} desk={desk} draft={draft} entry={entry} path={[edited, index]} count={list.length} />
      ))}
      <form class="wb-row wb-add" onSubmit={add}>
        <input
          type="text"
          name="transform"
          list={id}
          placeholder="transform to add"
          aria-label="Transform to add"
          class="wb-grow"
        />
        <button type="submit">Add</button>
      </form>
      <datalist id={id}>
        {(names[desk.library] ?? []).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </div>
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
