import { changeEntry, changeList, entryOf, moveEntry, nearest, removeEntry, setArgument } from "../draft.js";
import { shown } from "../sliders.js";
import { Field } from "./fields.jsx";

/** @import { Desk } from "../desk.js" */
/** @import { Draft, Entry, Path } from "../draft.js" */

/** One transform with its arguments and, indented, the transforms that it holds. @param {{desk: Desk, draft: Draft, entry: Entry, path: Path, count: number}} props */
export function Transform({ desk, draft, entry, path, count }) {
  const index = Number(path.at(-1));
  const known = desk.state.args[desk.library]?.[entry.name] ?? [];
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
            onChange={(/** @type {any} */ event) => desk.edit(changeEntry(draft, path, { off: !event.target.checked }))}
          />
          {` ${entry.name}`}
        </label>
        <button
          type="button"
          aria-label={`Move ${entry.name} up`}
          title="Earlier"
          disabled={index === 0}
          onClick={() => desk.edit(moveEntry(draft, path, -1))}
        >
          ↑
        </button>
        <button
          type="button"
          aria-label={`Move ${entry.name} down`}
          title="Later"
          disabled={index === count - 1}
          onClick={() => desk.edit(moveEntry(draft, path, 1))}
        >
          ↓
        </button>
        <button
          type="button"
          aria-label={`Remove ${entry.name}`}
          title="Remove"
          onClick={() => desk.edit(removeEntry(draft, path))}
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
              onValue={(given, moving) => desk.edit(setArgument(draft, path, name, given), moving)}
            >
              {name !== "p" && (
                <button
                  type="button"
                  class="wb-link"
                  aria-label={`Leave ${name} out`}
                  title={`Leave out: the library's own value is ${shown(usual[name] ?? null)}`}
                  onClick={() => desk.edit(setArgument(draft, path, name, undefined))}
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
          onChange={(/** @type {any} */ event) => addArgument(desk, draft, path, missing, event.target.value)}
        >
          <option value="">more arguments…</option>
          {missing.map((argument) => (
            <option key={argument.name} value={argument.name}>{`${argument.name} (${shown(argument.default)})`}</option>
          ))}
        </select>
      )}
      {!entry.off &&
        Object.entries(entry.nested).map(([name, inner]) => (
          <Nested key={name} desk={desk} draft={draft} entry={entry} path={path} name={name} inner={inner} />
        ))}
    </fieldset>
  );
}

/** @param {Desk} desk @param {Draft} draft @param {Path} path @param {any[]} missing @param {string} name */
function addArgument(desk, draft, path, missing, name) {
  const argument = missing.find((one) => one.name === name);
  if (argument) desk.edit(setArgument(draft, path, name, argument.default));
}

/** @param {{desk: Desk, draft: Draft, entry: Entry, path: Path, name: string, inner: Entry[]}} props */
function Nested({ desk, draft, entry, path, name, inner }) {
  const id = `wb-transforms-${desk.library}`;
  /** @param {any} event */
  const add = async (event) => {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (event.currentTarget.elements.namedItem("transform"));
    const known = desk.state.names[desk.library] ?? [];
    if (!known.includes(field.value)) return desk.set({ problem: noTransform(desk.library, field.value, known) });
    const added = entryOf({ [field.value]: null });
    field.value = "";
    desk.edit(
      changeList(draft, path, (list, index) =>
        list.map((one, number) =>
          number === index ? { ...one, nested: { ...one.nested, [name]: [...inner, added] } } : one,
        ),
      ),
    );
    desk.learn();
  };
  return (
    <div class="wb-nested" role="group" aria-label={`${name} of ${entry.name}`}>
      {inner.map((one, index) => (
        <Transform
          key={one.key}
          desk={desk}
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
