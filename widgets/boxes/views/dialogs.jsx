import { Dialog } from "../../shared/dialog.jsx";
import { LabelsDialog } from "../../shared/labels_dialog.jsx";
import { NameDialog } from "../../shared/name_dialog.jsx";
import { ThemeDialog } from "../../shared/theme_dialog.jsx";
import { HELP } from "../keys.js";
import { LineageDialog } from "./lineage_dialog.jsx";

/** @import { BoxPanel } from "../state.js" */

/** The dialog that is open, if any. @param {{panel: BoxPanel}} props */
export function Dialogs({ panel }) {
  const { dialog } = panel;
  if (dialog === "help") return <Help panel={panel} />;
  if (dialog === "name")
    return <NameDialog panel={panel} what="boxes" onName={(name) => panel.setAnnotator(name, true)} />;
  if (dialog === "lineage") return <LineageDialog panel={panel} />;
  if (dialog === "labels")
    return (
      <LabelsDialog
        panel={panel}
        theme={panel.get("heading").theme}
        labels={panel.labels()}
        editor={panel.labelEditor}
      />
    );
  if (dialog === "theme")
    return <ThemeDialog panel={panel} what="theme of boxes" save={(values) => panel.createTheme(values)} />;
  if (dialog === "edit theme") {
    const { theme: name, description } = panel.get("heading");
    return <ThemeDialog panel={panel} theme={{ name, description }} save={(values) => panel.editTheme(values)} />;
  }
  return null;
}

/** @param {{panel: BoxPanel}} props */
function Help({ panel }) {
  return (
    <Dialog panel={panel} title="Keys" wide>
      <table>
        <tbody>
          {HELP.map(([keys, does]) => (
            <tr key={keys}>
              <th scope="row">{keys}</th>
              <td>{does}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
