import { useEffect, useState } from "preact/hooks";
import { moment, share } from "./format.js";
import { message } from "./polling.js";

/**
 * @typedef {{run_id: string, name: string, started_at: string, version: number | null, stage: string | null, split: string, label_then: string, predicted: string | null, score: number | null}} RunUse
 * @typedef {{version: number, stage: string, split: string | null, label_then: string | null, predicted: string | null, score: number | null}} VersionUse
 * @typedef {{name: string, runs: RunUse[], versions: VersionUse[]}} Lineage Who was trained or tested on a sample, and who else predicted it.
 * @typedef {{params: {sample: number}, value: Lineage}} LineageCall
 */

/**
 * The runs that were trained or tested on an image, and what each model said of it.
 * @param {{link: {call: (method: "lineage", params: {sample: number}) => Promise<{value: Lineage}>}, sample: number}} props
 */
export function LineageTable({ link, sample }) {
  const [found, setFound] = useState(/** @type {Lineage | null} */ (null));
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    let mine = true;
    setFound(null);
    setTrouble("");
    link.call("lineage", { sample }).then(
      ({ value }) => mine && setFound(value),
      (error) => mine && setTrouble(message(error)),
    );
    return () => {
      mine = false;
    };
  }, [sample]);
  if (trouble)
    return (
      <p class="wb-warn" role="alert">
        {trouble}
      </p>
    );
  if (!found)
    return (
      <p class="wb-faint" role="status">
        Looking through the runs …
      </p>
    );
  const rows = [...found.runs.map(ofRun), ...found.versions.map(ofVersion)];
  if (rows.length === 0)
    return <p>{`No run was trained or tested on ${found.name}, and no model has predicted it.`}</p>;
  return (
    <table class="wb-counts" aria-label={`Runs and versions that know ${found.name}`}>
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
