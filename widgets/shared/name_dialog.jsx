import { useState } from "preact/hooks";
import { Dialog } from "./dialog.jsx";

/** @import { DialogHost } from "./dialog.jsx" */

/**
 * Who is here for the first time says who it is; nothing is decided before.
 * @param {{panel: DialogHost, what: string, onName: (name: string) => void}} props `what` the name is recorded with, as "decisions".
 */
export function NameDialog({ panel, what, onName }) {
  const [name, setName] = useState("");
  return (
    <Dialog
      panel={panel}
      title="Your name"
      action="Begin"
      must
      disabled={!name.trim()}
      onAction={() => {
        onName(name.trim());
        panel.closeDialog();
      }}
    >
      <label class="wb-field">
        {`It is recorded with each of your ${what}. You are asked once.`}
        <input
          type="text"
          value={name}
          maxLength={100}
          onInput={(/** @type {any} */ event) => setName(event.target.value)}
        />
      </label>
    </Dialog>
  );
}
