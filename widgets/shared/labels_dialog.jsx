import { useRef, useState } from "preact/hooks";
import { Dialog } from "./dialog.jsx";
import { plural } from "./format.js";
import { useFocus } from "./modal.js";
import { message } from "./polling.js";
import { Swatch } from "./swatch.jsx";
import { TypedInput } from "./typed_input.jsx";

/** @import { DialogHost } from "./dialog.jsx" */
/** @import { Label, LabelEdits } from "./messages.js" */

/** @typedef {Exclude<keyof LabelEdits, "label use">} LabelEdit */

/**
 * @typedef {object} LabelEditor What a panel does for the dialog; each rejects with words for the person.
 * @property {(method: LabelEdit, params: any) => Promise<void>} change Save a change, after which the panel has the new labels.
 * @property {(label: number) => Promise<{samples: number, boxes: number}>} use How many images and boxes a label is on.
 * @property {(method: "delete label" | "merge labels") => void | Promise<void>} onGone A label has gone.
 */

/**
 * Rename, add, reorder, recolor, merge and delete labels; each change is saved at once.
 * @param {{panel: DialogHost, theme: string, labels: Label[], editor: LabelEditor}} props
 */
export function LabelsDialog({ panel, theme, labels, editor }) {
  const [name, setName] = useState("");
  const [trouble, setTrouble] = useState("");
  const [going, setGoing] = useState(/** @type {{label: Label, samples: number, boxes: number} | null} */ (null));
  /** @param {LabelEdit} method @param {any} params */
  const change = async (method, params) => {
    setTrouble("");
    try {
      await editor.change(method, params);
      return true;
    } catch (error) {
      setTrouble(message(error));
      return false;
    }
  };
  const add = async () => {
    if (name.trim() && (await change("add label", { name }))) setName("");
  };
  /** @param {number} index @param {number} by */
  const move = (index, by) => {
    const order = labels.map((label) => label.id);
    [order[index], order[index + by]] = [order[index + by], order[index]];
    return change("reorder labels", { order });
  };
  /** @param {Label} label */
  const ask = async (label) => {
    try {
      setGoing({ label, ...(await editor.use(label.id)) });
    } catch (error) {
      setTrouble(message(error));
    }
  };
  /** @param {"delete label" | "merge labels"} method @param {any} params */
  const remove = async (method, params) => {
    if (!(await change(method, params))) return;
    setGoing(null);
    await editor.onGone(method);
  };
  return (
    <Dialog panel={panel} title={`Labels of ${theme}`} wide>
      <ol class="wb-label-list">
        {labels.map((label, index) => [
          <li key={label.id}>
            <TypedInput
              type="text"
              class="wb-key-input"
              value={label.key?.toUpperCase() ?? ""}
              maxLength={1}
              aria-label={`Key of ${label.name}`}
              title="The letter or digit that gives this label"
              onFocus={(/** @type {any} */ event) => event.target.select()}
              onTyped={(key) => change("edit label", { label: label.id, key })}
              onKeyDown={noSubmit}
            />
            <input
              type="color"
              value={label.color}
              aria-label={`Color of ${label.name}`}
              onChange={(/** @type {any} */ event) =>
                change("edit label", { label: label.id, color: event.target.value })
              }
            />
            <TypedInput
              type="text"
              value={label.name}
              aria-label={`Name of ${label.name}`}
              class="wb-grow"
              onTyped={(name) => change("edit label", { label: label.id, name })}
              onKeyDown={noSubmit}
            />
            <button
              type="button"
              disabled={index === 0}
              aria-label={`Move ${label.name} up`}
              title="Move up"
              onClick={() => move(index, -1)}
            >
              ↑
            </button>
            <button
              type="button"
              disabled={index === labels.length - 1}
              aria-label={`Move ${label.name} down`}
              title="Move down"
              onClick={() => move(index, 1)}
            >
              ↓
            </button>
            <button type="button" aria-label={`Delete or merge ${label.name}`} onClick={() => ask(label)}>
              Delete or merge…
            </button>
          </li>,
          going?.label.id === label.id && (
            <Going key="going" labels={labels} going={going} remove={remove} cancel={() => setGoing(null)} />
          ),
        ])}
      </ol>
      <SuggestKeys labels={labels} suggest={(order) => change("suggest keys", { order })} />
      <div class="wb-row">
        <input
          type="text"
          class="wb-grow"
          placeholder="New label"
          aria-label="New label"
          value={name}
          onInput={(/** @type {any} */ event) => setName(event.target.value)}
          onKeyDown={(/** @type {KeyboardEvent} */ event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            add();
          }}
        />
        <button type="button" onClick={add}>
          Add label
        </button>
      </div>
      {trouble && (
        <p class="wb-warn" role="alert">
          {trouble}
        </p>
      )}
    </Dialog>
  );
}

/** Keys for all labels at once. @param {{labels: Label[], suggest: (order: "number" | "name") => void}} props */
function SuggestKeys({ labels, suggest }) {
  if (labels.length === 0) return null;
  return (
    <div class="wb-row">
      <span class="wb-faint">Keys for all labels, where they are no digits themselves:</span>
      <button type="button" onClick={() => suggest("name")}>
        First letters
      </button>
      <button type="button" onClick={() => suggest("number")}>
        1 to 9 and 0
      </button>
    </div>
  );
}

/** Say what happens to the images of a label before it goes, below it. @param {{labels: Label[], going: {label: Label, samples: number, boxes: number}, remove: (method: "delete label" | "merge labels", params: any) => void, cancel: () => void}} props */
function Going({ labels, going, remove, cancel }) {
  const { label, samples, boxes } = going;
  const others = labels.filter((other) => other.id !== label.id);
  const [into, setInto] = useState(others[0]?.id ?? 0);
  const target = others.find((other) => other.id === into);
  const box = useRef(/** @type {HTMLLIElement | null} */ (null));
  useFocus(box, "button:last-child");
  return (
    <li ref={box} class="wb-going" aria-label={`Delete or merge ${label.name}`}>
      <p>
        <Swatch color={label.color} />
        {` “${label.name}” is on ${plural(samples, "image")}${boxes > 0 ? ` and ${plural(boxes, "box", "boxes")}` : ""}. Deleting it leaves them without a label; merging gives them the other one.`}
      </p>
      <div class="wb-row">
        <button type="button" class="wb-danger" onClick={() => remove("delete label", { label: label.id })}>
          {samples > 0 ? `Delete, unlabel ${plural(samples, "image")}` : "Delete label"}
        </button>
        {others.length > 0 && (
          <select aria-label="Merge into" onChange={(/** @type {any} */ event) => setInto(Number(event.target.value))}>
            {others.map((other) => (
              <option key={other.id} value={other.id} selected={other.id === into}>
                {other.name}
              </option>
            ))}
          </select>
        )}
        {target && (
          <button
            type="button"
            onClick={() => remove("merge labels", { label: label.id, into: target.id })}
          >{`Merge into “${target.name}”`}</button>
        )}
        <button type="button" onClick={cancel}>
          Keep
        </button>
      </div>
    </li>
  );
}

/** @param {KeyboardEvent} event */
function noSubmit(event) {
  if (event.key !== "Enter") return;
  event.preventDefault();
  /** @type {HTMLInputElement} */ (event.target).blur();
}
