import { ComparisonView } from "../shared/comparison.jsx";
import { heading, moment, number } from "../shared/format.js";
import { LOST, waitingText } from "../shared/polling.js";
import { Asked } from "../shared/question.jsx";
import { SampleView, VersionView } from "./lineage.jsx";

/** @import { Version } from "./messages.js" */
/** @import { ModelsPanel } from "./state.js" */

/** The whole panel. @param {{panel: ModelsPanel}} props */
export function App({ panel }) {
  const { state } = panel;
  return (
    <>
      <Bar panel={panel} />
      <Asked panel={panel} />
      {state.notice && (
        <div class={`wb-ask${state.notice.trouble ? " wb-warn" : ""}`} role={state.notice.trouble ? "alert" : "status"}>
          {state.notice.text}
        </div>
      )}
      <div class="wb-sheet">
        <RegistryCheck panel={panel} />
        <Candidates panel={panel} />
        <Versions panel={panel} />
        <Details panel={panel} />
      </div>
    </>
  );
}

/** @param {{panel: ModelsPanel}} props */
function Bar({ panel }) {
  const { state } = panel;
  return (
    <div class="wb-bar">
      <b>{panel.theme}</b>
      <span class={state.health === "lost" ? "wb-warn" : "wb-faint"} role="status">
        {state.health === "lost" ? LOST : waitingText(state.waiting, state.health)}
      </span>
      <span class="wb-grow" />
      <form
        onSubmit={(/** @type {SubmitEvent} */ event) => {
          event.preventDefault();
          const field = /** @type {HTMLInputElement} */ (
            /** @type {HTMLFormElement} */ (event.target).elements.namedItem("sample")
          );
          if (field.value.trim()) panel.trace(field.value.trim());
        }}
      >
        <input
          type="search"
          name="sample"
          placeholder="Trace a sample: id, file name, SHA-256"
          aria-label="Trace a sample"
          size={36}
        />
      </form>
      <button
        type="button"
        aria-pressed={state.candidates !== null}
        onClick={() => panel.candidates()}
        title="Make a finished run a version of the model"
      >
        Register a run
      </button>
      <button type="button" onClick={() => panel.check()} title="Compare MLflow's registry with the store">
        Check registry
      </button>
      <button type="button" onClick={() => panel.load()}>
        Refresh
      </button>
    </div>
  );
}

/** @param {{panel: ModelsPanel}} props */
function RegistryCheck({ panel }) {
  const { sync } = panel.state;
  if (!sync) return null;
  const mendable = sync.differences.some(({ repair }) => repair !== null);
  return (
    <section aria-label="Registry check">
      {sync.repaired.map((text) => (
        <p key={text}>{`Repaired: ${text}.`}</p>
      ))}
      {sync.ok && <p>MLflow and the store agree.</p>}
      {sync.differences.map(({ text, repair }) => (
        <p key={text} class="wb-warn">
          {`${text}. `}
          {repair ? `Repair: ${repair}.` : "Nothing here can mend that."}
        </p>
      ))}
      {mendable && (
        <button type="button" onClick={() => panel.repair()}>
          Repair
        </button>
      )}
    </section>
  );
}

/** Runs that could become versions. @param {{panel: ModelsPanel}} props */
function Candidates({ panel }) {
  const { candidates } = panel.state;
  if (!candidates) return null;
  return (
    <section aria-label="Runs to register" class="wb-framed">
      <h3>Runs that are no version yet</h3>
      {candidates.runs.length > 0 && <p class="wb-faint">Tick two, or one and a version, to compare them.</p>}
      {candidates.runs.length === 0 ? (
        <p class="wb-faint">
          There is none: every finished run is a version already. The notebook 03_train makes another.
        </p>
      ) : (
        <table>
          <thead>
            <tr>
              <th>{""}</th>
              <th>Run</th>
              <th>Started</th>
              {candidates.metrics.map((name) => (
                <th key={name} class="wb-number">
                  {heading(name)}
                </th>
              ))}
              <th>{""}</th>
            </tr>
          </thead>
          <tbody>
            {candidates.runs.map((run) => (
              <tr key={run.run} class={panel.state.chosen.includes(run.run) ? "wb-selected" : ""}>
                <td>
                  <input
                    type="checkbox"
                    checked={panel.state.chosen.includes(run.run)}
                    aria-label={`Compare ${run.name}`}
                    onChange={() => panel.choose(run.run)}
                  />
                </td>
                <td title={run.run}>{run.name}</td>
                <td class="wb-time">{moment(run.started)}</td>
                {candidates.metrics.map((name) => (
                  <td key={name} class="wb-number">
                    {run.metrics[name]?.toFixed(4) ?? ""}
                    {name === "test_accuracy" && <Interval of={run.test_interval} />}
                  </td>
                ))}
                <td>
                  <button
                    type="button"
                    class="wb-link"
                    aria-label={`Register ${run.name}`}
                    onClick={() => panel.register(run)}
                  >
                    Register
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** @param {{panel: ModelsPanel}} props */
function Versions({ panel }) {
  const { versions, metrics, chosen } = panel.state;
  if (versions === null) return null;
  if (versions.length === 0) return <p class="wb-faint">No registered models yet: press “Register a run” above.</p>;
  return (
    <>
      <table aria-label="Model versions">
        <thead>
          <tr>
            {["", "Version", "Stage", "Created"].map((name) => (
              <th key={name} class={name === "Version" ? "wb-number" : ""}>
                {name}
              </th>
            ))}
            {[...metrics, "predictions"].map((name) => (
              <th key={name} class="wb-number">
                {heading(name)}
              </th>
            ))}
            {versions.some((row) => row.changed) && <th>Labels since</th>}
            <th>{""}</th>
          </tr>
        </thead>
        <tbody>
          {versions.map((row) => (
            <Row
              key={row.version}
              stale={versions.some((other) => other.changed)}
              panel={panel}
              row={row}
              metrics={metrics}
              chosen={chosen.includes(row.version)}
            />
          ))}
        </tbody>
      </table>
      {panel.state.meter && <p class="wb-faint">{panel.state.meter}</p>}
      {panel.state.leaks.map((line) => (
        <p key={line} class="wb-faint">
          {line}
        </p>
      ))}
    </>
  );
}

/** The interval of a test accuracy. @param {{of: [number, number] | null}} props */
function Interval({ of }) {
  if (!of) return null;
  return (
    <div
      class="wb-faint wb-small"
      title="95 % interval of the true accuracy (Wilson), widened for the number of models measured on the test split"
    >{`${(100 * of[0]).toFixed(1)}–${(100 * of[1]).toFixed(1)} %`}</div>
  );
}

/** @param {{row: Version}} props */
function OnTest({ row }) {
  return (
    <>
      <Interval of={row.test_interval} />
      {row.test_now !== null && (
        <div class="wb-small" title="The same answers on today's labels">{`now ${row.test_now.toFixed(4)}`}</div>
      )}
    </>
  );
}

/** How many labels changed, in a word; the whole sentence stands at the version. @param {Version} row */
function changedWords(row) {
  if (!row.changed) return "";
  const changed = Object.values(row.changed.changed).reduce((sum, each) => sum + each, 0);
  return changed ? `${number(changed)} changed` : `${number(row.changed.deleted)} deleted`;
}

/** @param {{panel: ModelsPanel, row: Version, metrics: string[], chosen: boolean, stale: boolean}} props */
function Row({ panel, row, metrics, chosen, stale }) {
  /** @param {string} text @param {() => void} onClick @param {boolean} shown */
  const button = (text, onClick, shown) =>
    shown && (
      <button type="button" class="wb-link" onClick={onClick} aria-label={`${text}: version ${row.version}`}>
        {text}
      </button>
    );
  const held = row.stage === "production" || row.stage === "staging";
  return (
    <tr class={chosen ? "wb-selected" : ""} data-version={row.version}>
      <td>
        <input
          type="checkbox"
          checked={chosen}
          aria-label={`Look at version ${row.version}`}
          onChange={() => panel.choose(row.version)}
        />
      </td>
      <td class="wb-number">{row.version}</td>
      <td class={held ? "wb-stage" : ""}>{row.stage}</td>
      <td class="wb-time">{moment(row.created)}</td>
      {metrics.map((name) => (
        <td key={name} class="wb-number">
          {row.metrics[name]?.toFixed(4) ?? ""}
          {name === "test_accuracy" && <OnTest row={row} />}
        </td>
      ))}
      <td class="wb-number">{number(row.predictions)}</td>
      {stale && (
        <td class="wb-warn" title={row.changed?.words}>
          {changedWords(row)}
        </td>
      )}
      <td class="wb-actions">
        {button("To production", () => panel.move(row, "production"), row.stage !== "production")}
        {button("To staging", () => panel.move(row, "staging"), row.stage !== "staging" && row.stage !== "production")}
        {button("Archive", () => panel.move(row, "archived"), held)}
        {button("Delete", () => panel.remove(row), row.stage !== "production")}
      </td>
    </tr>
  );
}

/** @param {{panel: ModelsPanel}} props */
function Details({ panel }) {
  const { detail, versions } = panel.state;
  if (detail?.kind === "version") return <VersionView panel={panel} value={detail.value} pictures={detail.pictures} />;
  if (detail?.kind === "sample") return <SampleView value={detail.value} pictures={detail.pictures} />;
  if (detail?.kind === "compare")
    return (
      <ComparisonView
        value={detail.value}
        pictures={detail.pictures}
        onTrace={(sample) => panel.trace(String(sample))}
      />
    );
  if (!versions?.length) return null;
  return (
    <>
      <p class="wb-faint">Tick one version to trace it, two to compare them.</p>
      <section aria-label="History">
        <h3>History</h3>
        <History panel={panel} />
      </section>
    </>
  );
}

/** @param {{panel: ModelsPanel}} props */
function History({ panel }) {
  return (
    <table>
      <tbody>
        {panel.state.history.map((event, index) => (
          <tr key={index}>
            <td class="wb-time">{moment(event.at)}</td>
            <td>{`version ${event.version}`}</td>
            <td>{`${event.before ?? "registered"} → ${event.after ?? "deleted"}`}</td>
            <td>{event.annotator}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
