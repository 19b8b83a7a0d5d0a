import { TypedInput } from "../../shared/typed_input.jsx";
import { addEntry, moveStep, SPLITS, setValue, stepIsOn, stepOrder, switchStep } from "../draft.js";
import { Field } from "./fields.jsx";
import { words } from "./previews.jsx";
import { noTransform, Transform } from "./transform.jsx";

/** @import { ExplorePanel } from "../state.js" */
/** @import { Draft, Split } from "../draft.js" */

const NORMALIZATIONS = ["imagenet", "theme", "none"];

/** What can be switched, moved and set. @param {{panel: ExplorePanel}} props */
export function Controls({ panel }) {
  const { draft, steps } = panel.state;
  if (!draft) return null;
  const known = Object.keys(steps);
  return (
    <aside class="wb-controls" aria-label="Settings">
      <h3>Preprocessing</h3>
      <ImageSize panel={panel} draft={draft} />
      {stepOrder(draft, known).map((name, index, order) => (
        <Step
          key={name}
          panel={panel}
          draft={draft}
          name={name}
          known={known}
          first={index === 0}
          last={index === order.length - 1}
        />
      ))}
      <h3>Augmentation</h3>
      <Choices panel={panel} draft={draft} />
      <Transforms panel={panel} draft={draft} />
    </aside>
  );
}

/** @param {{panel: ExplorePanel, draft: Draft}} props */
function ImageSize({ panel, draft }) {
  const size = draft.data.image?.size ?? null;
  const text = size === null ? "" : Array.isArray(size) ? size.join(" x ") : String(size);
  /** @param {string} typed */
  const take = (typed) => {
    const numbers = typed
      .split(/[^0-9]+/)
      .filter(Boolean)
      .map(Number);
    const value = numbers.length === 0 ? null : numbers.length === 1 ? numbers[0] : numbers.slice(0, 2);
    if (JSON.stringify(value) !== JSON.stringify(size)) panel.edit(setValue(draft, ["image", "size"], value));
  };
  return (
    <label class="wb-field" title="One number for a square, or height x width; empty leaves images as they are">
      <span>image size</span>
      <TypedInput type="text" value={text} placeholder="as it is" onTyped={take} />
    </label>
  );
}

/** @param {{panel: ExplorePanel, draft: Draft, name: string, known: string[], first: boolean, last: boolean}} props */
function Step({ panel, draft, name, known, first, last }) {
  const on = stepIsOn(draft, name);
  const settings = draft.data.preprocessing?.[name] ?? {};
  return (
    <fieldset class={on ? "wb-on" : ""}>
      <div class="wb-row">
        <label class="wb-grow">
          <input
            type="checkbox"
            checked={on}
            onChange={(/** @type {any} */ event) => panel.edit(switchStep(draft, name, event.target.checked))}
          />
          {` ${words(name)}`}
        </label>
        <button
          type="button"
          aria-label={`Move ${words(name)} up`}
          title="Earlier"
          disabled={first}
          onClick={() => panel.edit(moveStep(draft, name, -1, known))}
        >
          ↑
        </button>
        <button
          type="button"
          aria-label={`Move ${words(name)} down`}
          title="Later"
          disabled={last}
          onClick={() => panel.edit(moveStep(draft, name, 1, known))}
        >
          ↓
        </button>
      </div>
      {on &&
        panel.state.steps[name].map((field) => (
          <Field
            key={field.name}
            name={field.name}
            value={field.name in settings ? settings[field.name] : field.default}
            usual={field.default}
            choices={field.choices}
            slider={field.slider}
            onValue={(value, moving) => panel.edit(setValue(draft, ["preprocessing", name, field.name], value), moving)}
          />
        ))}
    </fieldset>
  );
}

/** @param {{panel: ExplorePanel, draft: Draft}} props */
function Choices({ panel, draft }) {
  const { edited, libraries } = panel.state;
  const normalization = draft.data.augmentation?.normalization ?? "imagenet";
  const own = typeof normalization !== "string";
  return (
    <div>
      <label class="wb-field">
        <span>library</span>
        <select value={panel.library} onChange={(/** @type {any} */ event) => panel.switchLibrary(event.target.value)}>
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
            panel.edit(setValue(draft, ["augmentation", "normalization"], event.target.value))
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
              panel.set({ edited: split });
              panel.look();
            }}
          >{`${split} (${draft.lists[split].length})`}</button>
        ))}
      </div>
    </div>
  );
}

/** @param {{panel: ExplorePanel, draft: Draft}} props */
function Transforms({ panel, draft }) {
  const { edited, names } = panel.state;
  const list = draft.lists[edited];
  const id = `wb-transforms-${panel.library}`;
  /** @param {any} event */
  const add = async (event) => {
    const input = event.currentTarget.form ?? event.currentTarget;
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (input.elements.namedItem("transform"));
    const name = field.value.trim();
    if (await addNamed(panel, edited, name)) field.value = "";
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
        <Transform
          key={entry.key}
          panel={panel}
          draft={draft}
          entry={entry}
          path={[edited, index]}
          count={list.length}
        />
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
        {(names[panel.library] ?? []).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </div>
  );
}

/** @param {ExplorePanel} panel @param {Split} split @param {string} name @returns {Promise<boolean>} */
async function addNamed(panel, split, name) {
  const known = panel.state.names[panel.library] ?? [];
  if (!known.includes(name)) {
    panel.set({ problem: noTransform(panel.library, name, known) });
    return false;
  }
  const found = await panel.argumentsOf([name]);
  if (panel.state.draft) panel.edit(addEntry(panel.state.draft, split, name, found[name]));
  return true;
}
