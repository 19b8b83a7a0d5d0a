import { useState } from "preact/hooks";
import { plural } from "../../shared/format.js";
import { goHome, openTheme } from "../browsing.js";
import { close, Dialog } from "./dialog.jsx";

/** @import { Desk } from "../desk.js" */
/** @import { ThemeCard } from "../types.js" */

/** Create a theme with its labels, or edit one's name and description. @param {{desk: Desk, dialog: {theme?: ThemeCard}}} props */
export function ThemeDialog({ desk, dialog }) {
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
      await desk.link.call("edit theme", { theme: theme.id, name, description });
      close(desk);
      await goHome(desk);
    } else {
      const listed = names.map((line) => {
        const color = /\s(#[0-9a-fA-F]{6})$/.exec(line)?.[1] ?? null;
        return { name: color ? line.slice(0, -color.length).trim() : line, color };
      });
      const { value } = await desk.link.call("create theme", { name, description, labels: listed });
      close(desk);
      await openTheme(desk, value.id);
    }
  };
  return (
    <Dialog
      desk={desk}
      title={theme ? `Edit ${theme.name}` : "New theme"}
      act={theme ? "Save" : "Create theme"}
      disabled={!name.trim()}
      onAct={save}
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
        Description
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

/** @param {{desk: Desk, dialog: {theme: ThemeCard}}} props */
export function DeleteThemeDialog({ desk, dialog }) {
  const { theme } = dialog;
  const remove = async () => {
    await desk.link.call("delete theme", { theme: theme.id, annotator: desk.state.annotator });
    close(desk);
    await goHome(desk);
    const run = async () => {
      try {
        await desk.link.call("restore theme", { theme: theme.id });
        await goHome(desk);
      } catch (error) {
        desk.complain(error);
      }
    };
    desk.say(`The theme ${theme.name} is deleted.`, { name: "Undo", run });
  };
  return (
    <Dialog
      desk={desk}
      title={`Delete ${theme.name}?`}
      act={`Delete ${theme.name} with ${plural(theme.counts.samples, "image")}`}
      danger
      onAct={remove}
    >
      <p>{`${plural(theme.counts.samples, "image")} and ${plural(theme.counts.labeled, "label")} given by hand or import leave every list. Nothing is erased yet, and Undo brings them back.`}</p>
    </Dialog>
  );
}
