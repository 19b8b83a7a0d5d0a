import { Dialog } from "../../shared/dialog.jsx";
import { plural } from "../../shared/format.js";
import { ThemeDialog as EditTheme } from "../../shared/theme_dialog.jsx";
import { goHome, openTheme } from "../browsing.js";

/** @import { ThemeValues } from "../../shared/theme_dialog.jsx" */
/** @import { LabelPanel } from "../state.js" */
/** @import { ThemeCard } from "../messages.js" */

/** Create a theme, or edit one. @param {{panel: LabelPanel, dialog: {theme?: {id: number, name: string, description: string}}}} props */
export function ThemeDialog({ panel, dialog }) {
  const { theme } = dialog;
  /** @param {ThemeValues} values */
  const save = async ({ name, description, labels }) => {
    if (theme) {
      const { value } = await panel.link.call("edit theme", { theme: theme.id, name, description });
      panel.closeDialog();
      if (panel.state.view === "home") return goHome(panel);
      const open = panel.state.theme;
      panel.set({ theme: open && { ...open, name: value.name, description: value.description } });
      await panel.instructions.read();
    } else {
      const { value } = await panel.link.call("create theme", { name, description, labels });
      panel.closeDialog();
      await openTheme(panel, value.id);
    }
  };
  return <EditTheme panel={panel} theme={theme} save={save} />;
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
