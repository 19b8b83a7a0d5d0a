import { useState } from "preact/hooks";
import { Dialog } from "./dialog.jsx";

/** @import { DialogHost } from "./dialog.jsx" */

/** @typedef {{name: string, description: string, labels: {name: string, color: string | null}[]}} ThemeValues */

/**
 * Create a theme with its labels, or edit one's name and description.
 * @param {{panel: DialogHost, theme?: {name: string, description: string}, what?: string, save: (values: ThemeValues) => Promise<void>}} props `what` kind of theme is created.
 */
export function ThemeDialog({ panel, theme, what = "theme", save }) {
  const [name, setName] = useState(theme?.name ?? "");
  const [description, setDescription] = useState(theme?.description ?? "");
  const [labels, setLabels] = useState("");
  return (
    <Dialog
      panel={panel}
      title={theme ? `Edit ${theme.name}` : `New ${what}`}
      action={theme ? "Save" : "Create theme"}
      disabled={!name.trim()}
      onAction={() => save({ name, description, labels: namedLabels(labels) })}
    >
      <label class="wb-field">
        Name
        <input
          type="text"
          value={name}
          maxLength={100}
          onInput={(/** @type {any} */ event) => setName(event.target.value)}
        />
      </label>
      <label class="wb-field">
        Description: what the labels mean, as Markdown. Annotators see it beside the images.
        <textarea
          rows={3}
          value={description}
          onInput={(/** @type {any} */ event) => setDescription(event.target.value)}
        />
      </label>
      {!theme && (
        <label class="wb-field">
          Labels, one a line, in the order of their keys
          <textarea
            rows={6}
            value={labels}
            placeholder={"cat\ndog\nbird #009e73"}
            onInput={(/** @type {any} */ event) => setLabels(event.target.value)}
          />
          <span class="wb-faint">
            A color like #009e73 may follow; else each gets its own from a palette that color-blind people can tell
            apart.
          </span>
        </label>
      )}
    </Dialog>
  );
}

/** Labels as a person types them: one a line, a color may follow. @param {string} text @returns {ThemeValues["labels"]} */
export function namedLabels(text) {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.map((line) => {
    const color = /\s(#[0-9a-fA-F]{6})$/.exec(line)?.[1] ?? null;
    return { name: color ? line.slice(0, -color.length).trim() : line, color };
  });
}
