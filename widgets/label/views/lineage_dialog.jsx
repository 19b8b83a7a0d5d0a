import { useEffect, useState } from "preact/hooks";
import { Dialog } from "../../shared/dialog.jsx";
import { moment, share } from "../../shared/format.js";
import { message } from "../../shared/polling.js";

/** @import { LabelPanel } from "../state.js" */
/** @import { Lineage, RunUse, VersionUse } from "../messages.js" */

/** The runs that were trained or tested on an image, and what each model said of it. @param {{panel: LabelPanel, dialog: {sample: number}}} props */
export function LineageDialog({ panel, dialog }) {
  const [found, setFound] = useState(/** @type {Lineage | null} */ (null));
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    panel.link.call("lineage", { sample: dialog.sample }).then(
      ({ value }) => setFound(value),
      (error) => setTrouble(message(error)),
    );
  }, [dialog.sample]);
  const rows = found ? [...found.runs.map(ofRun), ...found.versions.map(ofVersion)] : [];
  return (
    <Dialog panel={panel} title={`Models that know ${found?.name ?? "this image"}`} wide>
      {trouble && (
        <p class="wb-warn" role="alert">
          {trouble}
        </p>
      )}
      {!found && !trouble && (
        <p class="wb-faint" role="status">
          Looking through the runs …
        </p>
      )}
      {found && rows.length === 0 && <p>No run was trained or tested on it, and no model has predicted it.</p>}
      {rows.length > 0 && (
        <table class="wb-counts" aria-label="Runs and versions">
          <thead>
            <tr>
              {["Run", "Version", "Used for", "Label then", "Said"].map((name) => (
                <th key={name}>{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([key, ...cells]) => (
              <tr key={key}>
                {cells.map((cell, index) => (
                  <td key={index}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Dialog>
  );
}

/** @param {RunUse} run @returns {string[]} */
function ofRun(run) {
  const version = run.version === null ? "–" : `${run.version}${run.stage ? `, ${run.stage}` : ""}`;
  return [
    run.run_id,
    `${run.name}, ${moment(run.started_at)}`,
    version,
    run.split,
    run.label_then,
    said(run.predicted, run.score),
  ];
}

/** @param {VersionUse} use @returns {string[]} */
function ofVersion(use) {
  return [
    `version ${use.version}`,
    "–",
    `${use.version}, ${use.stage}`,
    use.split ?? "–",
    use.label_then ?? "–",
    said(use.predicted, use.score),
  ];
}

/** @param {string | null} label @param {number | null} score */
function said(label, score) {
  return score === null ? "–" : `${label ?? "a label that is gone"} ${share(score)}`;
}
