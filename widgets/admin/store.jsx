import { bytes, moment, number, plural } from "../shared/format.js";

/** @import { AdminPanel } from "./state.js" */

/** The store as a whole: check, backups, garbage. @param {{panel: AdminPanel}} props */
export function StoreView({ panel }) {
  const { about, report } = panel.state;
  if (!about) return null;
  return (
    <>
      <p>
        Database <code>{about.database}</code>
        {`, schema version ${about.version}`}
      </p>
      <h3>Check</h3>
      <div class="wb-row">
        <button type="button" onClick={() => check(panel)}>
          Check everything
        </button>
        <span class="wb-faint">reads every row and every image file</span>
      </div>
      {report && <Report report={report} />}
      <h3>Backups</h3>
      <div class="wb-row">
        <button type="button" onClick={() => backUp(panel)}>
          Back up now
        </button>
        <span class="wb-faint">store and images in one file, while people go on labeling</span>
      </div>
      {about.backups.length === 0 ? (
        <p class="wb-faint">There is no backup in db/backups yet.</p>
      ) : (
        <table aria-label="Backups">
          <thead>
            <tr>
              <th>File in db/backups</th>
              <th class="wb-number">Size</th>
              <th>Made</th>
            </tr>
          </thead>
          <tbody>
            {about.backups.map((file) => (
              <tr key={file.name}>
                <td>{file.name}</td>
                <td class="wb-number">{bytes(file.size)}</td>
                <td>{moment(new Date(1000 * file.at).toISOString())}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <h3>Garbage</h3>
      <Garbage panel={panel} />
    </>
  );
}

/** @param {{report: any}} props */
function Report({ report }) {
  const said = `${plural(report.samples, "sample")}, ${plural(report.files, "file")}, ${bytes(report.bytes)}, checked ${moment(report.at)}.`;
  if (report.count === 0) return <p role="status">{`Everything is in order: ${said}`}</p>;
  return (
    <>
      <p class="wb-warn" role="alert">{`${plural(report.count, "problem")} found: ${said}`}</p>
      <ul>
        {report.problems.slice(0, 20).map((/** @type {any} */ problem, /** @type {number} */ index) => (
          <li key={index}>{`${problem.kind}: ${problem.subject}. ${problem.advice}`}</li>
        ))}
      </ul>
    </>
  );
}

/** @param {AdminPanel} panel */
async function check(panel) {
  const answer = await panel.ask("Checking every row and file …", "check");
  if (answer) panel.set({ report: answer.value });
}

/** @param {AdminPanel} panel */
function backUp(panel) {
  return panel.change("Writing the backup …", "back up", {}, (value) => {
    const lost =
      value.missing > 0 ? ` ${plural(value.missing, "image file")} were missing from the store: check it.` : "";
    return `${value.name} holds ${plural(value.rows, "row")} and ${plural(value.images, "image")}, ${bytes(value.bytes)}.${lost}`;
  });
}

/** @param {{panel: AdminPanel}} props */
function Garbage({ panel }) {
  return (
    <form
      class="wb-row"
      onSubmit={(/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        const field = /** @type {HTMLInputElement} */ (
          /** @type {HTMLFormElement} */ (event.target).elements.namedItem("days")
        );
        clean(panel, Number(field.value));
      }}
    >
      <label>
        What was deleted more than{" "}
        <input type="number" name="days" min={0} max={36500} defaultValue="30" style={{ width: "72px" }} /> days ago
      </label>
      <button type="submit">Remove for good…</button>
    </form>
  );
}

/** @param {AdminPanel} panel @param {number} days */
async function clean(panel, days) {
  const answer = await panel.ask("Looking at what would go …", "preview clean", { days });
  if (!answer) return;
  const { samples, themes, kept, snapshots } = answer.value;
  if (samples + themes === 0) {
    const why = kept > 0 ? ` ${number(kept)} stay, because registered models learned from them.` : "";
    return panel.set({
      question: null,
      notice: { text: `Nothing was deleted more than ${plural(days, "day")} ago.${why}`, trouble: false },
    });
  }
  const text = [
    `${plural(samples, "image")} and ${plural(themes, "theme")} go for good, with their history; this cannot be undone.`,
  ];
  if (snapshots > 0) text.push(`${plural(snapshots, "snapshot")} of unregistered runs go with them.`);
  if (kept > 0) text.push(`${number(kept)} stay, because registered models learned from them.`);
  panel.set({
    notice: null,
    question: {
      text: text.join(" "),
      danger: true,
      button: `Remove ${plural(samples, "image")} for good`,
      run: () =>
        panel.change(
          "Removing …",
          "clean",
          { days },
          (value) =>
            `${plural(value.samples, "image")} and ${plural(value.themes, "theme")} removed; ${plural(value.files, "file")}, ${bytes(value.bytes)} freed.`,
        ),
    },
  });
}
