import { Dialog } from "../../shared/dialog.jsx";
import { LineageTable } from "../../shared/lineage.jsx";

/** @import { LabelPanel } from "../state.js" */

/** The runs that were trained or tested on an image, and what each model said of it. @param {{panel: LabelPanel, dialog: {sample: number}}} props */
export function LineageDialog({ panel, dialog }) {
  return (
    <Dialog panel={panel} title="Models that know this image" wide>
      <LineageTable link={panel.link} sample={dialog.sample} />
    </Dialog>
  );
}
