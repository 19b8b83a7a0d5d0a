import { useState } from "preact/hooks";
import { Dialog } from "../../shared/dialog.jsx";
import { plural } from "../../shared/format.js";
import { goHome, openTheme } from "../browsing.js";

/** @import { LabelPanel } from "../state.js" */
/** @import { ThemeCard } from "../messages.js" */

/** Create a theme with its labels, or edit one's name and description. @param {{panel: LabelPanel, dialog: {theme?: ThemeCard}}} props */
export function ThemeDialog({ panel, dialog }) {
  const { theme } = dialog;
  const [name, setName] = useState(theme?.name ?? "");
  const [description, setDescription] = useState(theme?.description ?? "");
  const [labels, setLabels] = useState("");
  const names = labels
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const save = async () => {
    if (theme) {
      await panel.link.call("edit theme", { theme: theme.id, name, description });
      panel.closeDialog();
      await goHome(panel);
    } else {
      const listed = names.map((line) => {
        const color = /\s(#[0-9a-fA-F]{6})$/.exec(line)?.[1] ?? null;
        return { name: color ? line.slice(0, -color.length).trim() : line, color };
      });
      const { value } = await panel.link.call("create theme", { name, description, labels: listed });
      panel.closeDialog();
      await openTheme(panel, value.id);
    }
  };
  return (
    <Dialog
      panel={panel}
      title={theme ? `Edit ${theme.name}` : "New theme"}
      action={theme ? "Save" : "Create theme"}
      disabled={!name.trim()}
      onAction={save}
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

/** @param {{panel: LabelPanel, dialog: {theme: ThemeCard}}} props */
export function DeleteThemeDialog({ panel, dialog }) {
  const { theme } = dialog;
  const remove = async () => {
    await panel.link.call("delete theme", { theme: theme.id, annotator: panel.state.annotator });
    panel.closeDialog();
    await goHome(panel);
    const run = async () => {
      try {
        await panel.link.call("restore theme", { theme: theme.id });
        await goHome(panel);
      } catch (error) {
        panel.notifyError(error);
      }
    };
    panel.notify(`The theme ${theme.name} is deleted.`, { name: "Undo", run });
  };
  return (
    <Dialog
      panel={panel}
      title={`Delete ${theme.name}?`}
      action={`Delete ${theme.name} with ${plural(theme.counts.samples, "image")}`}
      danger
      onAction={remove}
    >
      <p>{`${plural(theme.counts.samples, "image")} and ${plural(theme.counts.labeled, "label")} given by hand or import leave every list. Nothing is erased yet, and Undo brings them back.`}</p>
    </Dialog>
  );
}
