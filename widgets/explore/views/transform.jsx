import { changeEntry, changeList, entryOf, moveEntry, nearest, removeEntry, setArgument } from "../draft.js";
import { shown } from "../sliders.js";
import { Field } from "./fields.jsx";

/** @import { ExplorePanel } from "../state.js" */
/** @import { Draft, Entry, Path } from "../draft.js" */

/** One transform with its arguments and, indented, the transforms that it holds. @param {{panel: ExplorePanel, draft: Draft, entry: Entry, path: Path, count: number}} props */
export function Transform({ panel, draft, entry, path, count }) {
  const index = Number(path.at(-1));
  const known = panel.state.args[panel.library]?.[entry.name] ?? [];
  const missing = known.filter(
    (argument) => !(argument.name in entry.args) && !["transforms", "first", "second"].includes(argument.name),
  );
  const usual = Object.fromEntries(known.map((argument) => [argument.name, argument.default]));
  return (
    <fieldset class={entry.off ? "" : "wb-on"}>
      <div class="wb-row">
        <label class="wb-grow wb-ellipsis" title={entry.name}>
          <input
            type="checkbox"
            checked={!entry.off}
            onChange={(/** @type {any} */ event) =>
              panel.edit(changeEntry(draft, path, { off: !event.target.checked }))
            }
          />
          {` ${entry.name}`}
        </label>
        <button
          type="button"
          aria-label={`Move ${entry.name} up`}
          title="Earlier"
          disabled={index === 0}
          onClick={() => panel.edit(moveEntry(draft, path, -1))}
        >
          ↑
        </button>
        <button
          type="button"
          aria-label={`Move ${entry.name} down`}
          title="Later"
          disabled={index === count - 1}
          onClick={() => panel.edit(moveEntry(draft, path, 1))}
        >
          ↓
        </button>
        <button
          type="button"
          aria-label={`Remove ${entry.name}`}
          title="Remove"
          onClick={() => panel.edit(removeEntry(draft, path))}
        >
          ×
        </button>
      </div>
      {!entry.off &&
        Object.entries(entry.args)
          .filter(([name]) => !(name in entry.nested))
          .map(([name, value]) => (
            <Field
              key={name}
              name={name}
              value={value}
              usual={usual[name]}
              onValue={(given, moving) => panel.edit(setArgument(draft, path, name, given), moving)}
            >
              {name !== "p" && (
                <button
                  type="button"
                  class="wb-link"
                  aria-label={`Leave ${name} out`}
                  title={`Leave out: the library's own value is ${shown(usual[name] ?? null)}`}
                  onClick={() => panel.edit(setArgument(draft, path, name, undefined))}
                >
                  ×
                </button>
              )}
            </Field>
          ))}
      {!entry.off && missing.length > 0 && (
        <select
          class="wb-more-arguments"
          aria-label={`Argument to add to ${entry.name}`}
          value=""
          onChange={(/** @type {any} */ event) => addArgument(panel, draft, path, missing, event.target.value)}
        >
          <option value="">more arguments…</option>
          {missing.map((argument) => (
            <option key={argument.name} value={argument.name}>{`${argument.name} (${shown(argument.default)})`}</option>
          ))}
        </select>
      )}
      {!entry.off &&
        Object.entries(entry.nested).map(([name, inner]) => (
          <Nested key={name} panel={panel} draft={draft} entry={entry} path={path} name={name} inner={inner} />
        ))}
    </fieldset>
  );
}

/** @param {ExplorePanel} panel @param {Draft} draft @param {Path} path @param {any[]} missing @param {string} name */
function addArgument(panel, draft, path, missing, name) {
  const argument = missing.find((one) => one.name === name);
  if (argument) panel.edit(setArgument(draft, path, name, argument.default));
}

/** @param {{panel: ExplorePanel, draft: Draft, entry: Entry, path: Path, name: string, inner: Entry[]}} props */
function Nested({ panel, draft, entry, path, name, inner }) {
  const id = `wb-transforms-${panel.library}`;
  /** @param {any} event */
  const add = async (event) => {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (event.currentTarget.elements.namedItem("transform"));
    const known = panel.state.names[panel.library] ?? [];
    if (!known.includes(field.value)) return panel.set({ problem: noTransform(panel.library, field.value, known) });
    const added = entryOf({ [field.value]: null });
    field.value = "";
    panel.edit(
      changeList(draft, path, (list, index) =>
        list.map((one, number) =>
          number === index ? { ...one, nested: { ...one.nested, [name]: [...inner, added] } } : one,
        ),
      ),
    );
    panel.loadTransforms();
  };
  return (
    <div class="wb-nested" role="group" aria-label={`${name} of ${entry.name}`}>
      {inner.map((one, index) => (
        <Transform
          key={one.key}
          panel={panel}
          draft={draft}
          entry={one}
          path={[...path, name, index]}
          count={inner.length}
        />
      ))}
      <form class="wb-row wb-add" onSubmit={add}>
        <input
          type="text"
          name="transform"
          list={id}
          placeholder={`one more for ${entry.name}`}
          aria-label={`Transform to add to ${entry.name}`}
          class="wb-grow"
        />
        <button type="submit">Add</button>
      </form>
    </div>
  );
}

/** What to tell who asked for a transform that there is not. @param {string} library @param {string} name @param {string[]} known */
export function noTransform(library, name, known) {
  if (!name) return "Type the name of a transform, then add it.";
  const close = nearest(name, known);
  return `${library} has no transform '${name}'.${close ? ` Did you mean '${close}'?` : ""}`;
}
