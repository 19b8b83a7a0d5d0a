import { Chart } from "../shared/chart.jsx";
import { duration, number, percent, plural } from "../shared/format.js";
import { LOST, waitingText } from "../shared/polling.js";
import { Asked } from "../shared/question.jsx";
import { bestSoFar } from "./history.js";
import { Nothing, Search, Space, Stop } from "./search.jsx";

/** @import { Health } from "../shared/messages.js" */
/** @import { Trial, Study } from "./messages.js" */
/** @import { TuningPanel } from "./state.js" */

/** The whole panel. @param {{panel: TuningPanel}} props */
export function App({ panel }) {
  const { study } = panel.state;
  return (
    <div class="wb-body">
      <Bar panel={panel} />
      <div class="wb-columns">
        <aside class="wb-side">
          <Search panel={panel} />
          {study.study !== undefined && <Findings panel={panel} />}
        </aside>
        {study.study === undefined ? <Nothing panel={panel} /> : <Table panel={panel} />}
      </div>
      <Asked panel={panel} />
      <Status panel={panel} />
    </div>
  );
}

/** @param {{panel: TuningPanel}} props */
function Bar({ panel }) {
  const { study } = panel.state;
  const searching = study.search?.state === "running";
  if (study.study === undefined)
    return (
      <header class="wb-bar">
        <strong>{study.theme}</strong>
        <span class="wb-grow" />
        {searching && <Stop panel={panel} />}
      </header>
    );
  const share = percent(study.done, study.total);
  const busy = study.running.length > 0;
  return (
    <header class="wb-bar">
      <strong>{study.study}</strong>
      <span>{`${number(study.done)} of ${plural(study.total, "trial")}`}</span>
      <progress max={100} value={share} aria-label="Trials done" />
      <span class="wb-faint">{study.seconds_left === null || !busy ? "" : `${duration(study.seconds_left)} left`}</span>
      <span class="wb-faint">{outcome(study)}</span>
      <span class="wb-grow" />
      {(busy || searching) && <Stop panel={panel} />}
      <button type="button" onClick={() => panel.open("dashboard")}>
        Optuna dashboard
      </button>
      <button type="button" onClick={() => panel.open("mlflow")}>
        MLflow
      </button>
    </header>
  );
}

/** @param {Study} study */
function outcome(study) {
  const parts = [];
  if (study.pruned) parts.push(`${number(study.pruned)} pruned`);
  if (study.failed) parts.push(`${number(study.failed)} failed`);
  return parts.join(", ");
}

/** Best so far, running now, and the way there. @param {{panel: TuningPanel}} props */
function Findings({ panel }) {
  const { study } = panel.state;
  const { best } = study;
  return (
    <>
      <h3>Best so far</h3>
      {best === null ? (
        <p class="wb-faint">No trial is complete yet.</p>
      ) : (
        <div class="wb-best">
          <p class="wb-value">
            {study.metrics.map((name, index) => `${name} ${figure(best.values?.[index])}`).join(", ")}
          </p>
          <p class="wb-faint">{`trial_${best.number}`}</p>
          <Params params={best.params} />
          <Use panel={panel} />
        </div>
      )}
      {study.running.length > 0 && <h3>Running</h3>}
      {study.running.map((trial) => (
        <div key={trial.number} class="wb-running">
          <p>
            {`trial_${trial.number}, ${duration(trial.seconds ?? 0)}`}
            {trial.epoch ? `, epoch ${trial.epoch}: ${shown(trial.value)}` : ""}
          </p>
          <Params params={trial.params} />
        </div>
      ))}
    </>
  );
}

/** A full run from the best settings, or the best model for the registry. @param {{panel: TuningPanel}} props */
function Use({ panel }) {
  const { study, waiting } = panel.state;
  const busy = waiting !== "";
  /** @param {SubmitEvent} event */
  const train = (event) => {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (
      /** @type {HTMLFormElement} */ (event.target).elements.namedItem("epochs")
    );
    panel.train(field.value === "" ? null : Number(field.value));
  };
  return (
    <form class="wb-row" onSubmit={train}>
      <button type="submit" disabled={busy || study.running.length > 0 || study.full_run?.running === true}>
        Train a full run
      </button>
      <label>
        epochs{" "}
        <input
          name="epochs"
          type="number"
          min={1}
          max={100000}
          required={study.num_epochs !== null}
          defaultValue={study.num_epochs ?? ""}
        />
      </label>
      <button type="button" onClick={() => panel.register()} disabled={busy}>
        Register its model…
      </button>
    </form>
  );
}

/** @param {{params: Record<string, any>}} props */
function Params({ params }) {
  return (
    <dl class="wb-params">
      {Object.entries(params).map(([name, value]) => [
        <dt key={name} title={name}>
          {name}
        </dt>,
        <dd key={`${name}=`}>{shown(value)}</dd>,
      ])}
    </dl>
  );
}

/** Each trial's value, and the best so far. @param {{study: Study}} props */
function History({ study }) {
  if (study.history.length === 0) return null;
  const best = bestSoFar(study.history, study.directions[0]);
  return (
    <div class="wb-charts">
      <Chart
        title={study.metrics[0]}
        along="trial"
        whole
        width={640}
        height={140}
        series={[
          { name: "best so far", points: best, kind: "steps", color: "var(--wb-faint)" },
          { name: "value", points: study.history.map(([x, y]) => ({ x, y })), kind: "dots" },
        ]}
      />
    </div>
  );
}

/** @param {{panel: TuningPanel}} props */
function Table({ panel }) {
  const { study } = panel.state;
  const names = [...new Set(study.trials.flatMap((trial) => Object.keys(trial.params)))];
  const numbers = [...study.metrics, ...names, "Time"].map((name) => [name, "wb-number"]);
  const head = [["Trial", ""], ["State", ""], ["Open", ""], ...numbers];
  return (
    <div class="wb-scroll">
      <History study={study} />
      {study.trials.length === 0 && panel.config.space && <Space space={panel.config.space} file={panel.config.file} />}
      <table>
        <thead>
          <tr>
            {head.map(([name, kind]) => (
              <th key={name} scope="col" class={kind}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {study.trials.map((trial) => (
            <Row key={trial.number} trial={trial} names={names} panel={panel} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** @param {{trial: Trial, names: string[], panel: TuningPanel}} props */
function Row({ trial, names, panel }) {
  const { study } = panel.state;
  return (
    <tr class={trial.number === study.best?.number ? "wb-is-best" : ""}>
      <th scope="row">{`trial_${trial.number}`}</th>
      <td title={trial.failure ?? ""}>{trial.state}</td>
      <td>
        {trial.run_id && (
          <button
            type="button"
            class="wb-link"
            aria-label={`Run of trial_${trial.number} in MLflow`}
            onClick={() => panel.open("mlflow", { run_id: trial.run_id })}
          >
            run
          </button>
        )}
        <button
          type="button"
          class="wb-link"
          aria-label={`trial_${trial.number} in the Optuna dashboard`}
          onClick={() => panel.open("dashboard", { number: trial.number })}
        >
          trial
        </button>
      </td>
      {study.metrics.map((name, index) => (
        <td key={name} class="wb-number">
          {trial.values ? figure(trial.values[index]) : ""}
        </td>
      ))}
      {names.map((name) => (
        <td key={name} class="wb-number">
          {shown(trial.params[name])}
        </td>
      ))}
      <td class="wb-number">{trial.seconds === null ? "" : duration(trial.seconds)}</td>
    </tr>
  );
}

/** What is waited for, what was done, what is wrong. @param {{panel: TuningPanel}} props */
function Status({ panel }) {
  const { study, health, waiting, notice, problem } = panel.state;
  return (
    <div class="wb-status" role="status">
      {problem ? <span class="wb-warn">{problem}</span> : words(study, health, waiting, notice)}
    </div>
  );
}

/** @param {Study} study @param {Health} health @param {string} waiting @param {string} notice */
function words(study, health, waiting, notice) {
  if (health === "lost") return <span class="wb-warn">{LOST}</span>;
  if (waiting) return waitingText(`${waiting} …`, health);
  if (study.full_run?.running) return `training a full run: ${study.full_run.text}`;
  if (study.full_run?.failed) return <span class="wb-warn">{study.full_run.text}</span>;
  const { search } = study;
  if (search?.state === "failed" || search?.state === "lost") return <span class="wb-warn">{ended(search)}</span>;
  if (study.stopping) return "stops after this trial";
  if (notice) return notice;
  if (study.full_run) return study.full_run.text;
  if (search?.state === "running" && !study.running?.length) return search.line || FIRST;
  if (study.study === undefined) return "waiting for a study";
  if (study.running.length > 0) return `${plural(study.running.length, "trial")} running`;
  if (study.done >= study.total) return "done";
  return `${study.stopped ? "stopped" : "resting"}: go on here, or run the cell again`;
}

const FIRST = "starting; the first start takes a while";

/** Why a search in the background is no more. @param {import("./messages.js").Search} search */
function ended({ state, error, line, notebook }) {
  if (state === "lost") return `the search ended without a word (killed, or the machine was restarted): go on here`;
  return `the search failed: ${error || line} (its notebook is ${notebook})`;
}

/** What a metric came to, with as many digits as its neighbors. @param {number | null | undefined} value */
function figure(value) {
  if (value === null || value === undefined) return "";
  return Number.isInteger(value) || Math.abs(value) >= 1000 ? number(Math.round(value)) : value.toPrecision(4);
}

/** @param {any} value */
function shown(value) {
  if (typeof value !== "number") return value === undefined || value === null ? "" : String(value);
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}
