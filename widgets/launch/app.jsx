import { useLayoutEffect, useRef } from "preact/hooks";
import { duration, heading, moment, number } from "../shared/format.js";
import { LineChart } from "../shared/line_chart.jsx";
import { LOST, waitingText } from "../shared/polling.js";
import { overEpochs, secondsLeft } from "../training/curves.js";
import { words } from "./wording.js";

/** @import { Launch } from "./messages.js" */
/** @import { LaunchPanel } from "./state.js" */

const FAILED = ["failed", "lost"];

/** The whole panel. @param {{panel: LaunchPanel}} props */
export function App({ panel }) {
  const { found, health, notice, problem, starting } = panel.state;
  const running = found.launches.filter((launch) => launch.state === "running").length;
  const lost = health === "lost" && <span class="wb-warn">{`${LOST} Trainings in the background go on.`}</span>;
  return (
    <div class="wb-body">
      <header class="wb-bar">
        <strong>Trainings in the background</strong>
        <span class="wb-faint">{running ? `${number(running)} running` : "none running"}</span>
      </header>
      <div class="wb-columns">
        <Form panel={panel} />
        <div class="wb-scroll">
          <List panel={panel} />
          {panel.chosen && <Details panel={panel} launch={panel.chosen} />}
        </div>
      </div>
      <div class="wb-status" role="status">
        {lost ||
          (problem ? (
            <span class="wb-warn">{problem}</span>
          ) : (
            waitingText(notice, starting ? health : "live") || "ready"
          ))}
      </div>
    </div>
  );
}

/** @param {{panel: LaunchPanel}} props */
function Form({ panel }) {
  const { found, form, starting } = panel.state;
  const { networks, optimizers, recipes } = panel.config;
  /** @param {string} name @param {string} words @param {string[]} choices */
  const choice = (name, words, choices) => (
    <label>
      {words}
      <select value={form.values[name]} onChange={(/** @type {any} */ event) => panel.value(name, event.target.value)}>
        {choices.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  );
  /** @param {string} name @param {string} words */
  const field = (name, words) => (
    <label>
      {words}
      <input
        inputMode="decimal"
        value={String(form.values[name])}
        onInput={(/** @type {any} */ event) => panel.value(name, event.target.value)}
      />
    </label>
  );
  const pretrained = form.values["model.pretrained"];
  return (
    <form
      class="wb-side"
      aria-label="New training"
      onSubmit={(/** @type {Event} */ event) => {
        event.preventDefault();
        panel.start();
      }}
    >
      <h3>New training</h3>
      <label>
        Theme
        <select value={form.theme} onChange={(/** @type {any} */ event) => panel.fill({ theme: event.target.value })}>
          {found.themes.map(({ name, labeled }) => (
            <option key={name} value={name}>{`${name} (${number(labeled)} labeled)`}</option>
          ))}
        </select>
      </label>
      <label>
        Run name
        <input
          value={form.run_name}
          placeholder="network, date and time"
          onInput={(/** @type {any} */ event) => panel.fill({ run_name: event.target.value })}
        />
      </label>
      {choice("model.recipe", "Preset", recipes)}
      <label>
        Network
        <input
          value={form.values["model.name"]}
          list="wb-networks"
          title="One of these, or any other that is registered or that torchvision has"
          onInput={(/** @type {any} */ event) => panel.value("model.name", event.target.value)}
        />
        <datalist id="wb-networks">
          {networks.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </label>
      {typeof pretrained === "boolean" && (
        <label class="wb-check">
          <input
            type="checkbox"
            checked={pretrained}
            onChange={(/** @type {any} */ event) => panel.value("model.pretrained", event.target.checked)}
          />
          Begin with published weights
        </label>
      )}
      {field("training.num_epochs", "Epochs")}
      {field("training.learning_rate", "Learning rate")}
      {choice("training.optimizer", "Optimizer", optimizers)}
      {field("data.batch_size", "Images per step")}
      <p class="wb-faint">Everything else: params.yaml</p>
      <button class="wb-primary" type="submit" disabled={starting || found.themes.length === 0}>
        {starting ? "Starting …" : "Start training"}
      </button>
    </form>
  );
}

/** @param {{panel: LaunchPanel}} props */
function List({ panel }) {
  const { found, chosen } = panel.state;
  if (found.launches.length === 0)
    return (
      <p class="wb-empty">
        No training was started here yet. Fill in the fields and start one; it goes on when this page is closed.
      </p>
    );
  return (
    <table class="wb-launches">
      <thead>
        <tr>
          {["run", "theme", "state", "epochs", "test accuracy", "started", "took"].map((name, index) => (
            <th key={name} scope="col" class={index > 2 ? "wb-number" : ""}>
              {heading(name)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {found.launches.map((launch) => (
          <tr key={launch.id} class={launch.id === chosen ? "wb-is-chosen" : ""}>
            <td>
              <button
                type="button"
                class="wb-link"
                aria-pressed={launch.id === chosen}
                onClick={() => panel.choose(launch.id)}
              >
                {launch.name}
              </button>
            </td>
            <td>{launch.theme}</td>
            <td class={FAILED.includes(launch.state) ? "wb-warn" : ""}>{launch.state}</td>
            <td class="wb-number">
              {launch.num_epochs ? `${number(launch.epochs)} of ${number(launch.num_epochs)}` : ""}
            </td>
            <td class="wb-number">{launch.accuracy?.toFixed(4) ?? ""}</td>
            <td class="wb-number">{moment(new Date(launch.started * 1000).toISOString())}</td>
            <td class="wb-number">{duration((launch.ended ?? Date.now() / 1000) - launch.started)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** @param {{panel: LaunchPanel, launch: Launch}} props */
function Details({ panel, launch }) {
  const busy = launch.state === "running";
  const asked = panel.state.asked.includes(launch.id);
  const changed = Object.entries(launch.overrides).map(([name, value]) => `${name} = ${value}`);
  return (
    <section class="wb-details" aria-label={launch.name}>
      <h3>{launch.name}</h3>
      <p class="wb-row">
        <span>{words(launch)}</span>
        {busy && <Progress launch={launch} />}
        {busy && (
          <button type="button" onClick={() => panel.stop(launch)}>
            {stopWords(launch, asked)}
          </button>
        )}
        <button type="button" onClick={() => panel.again(launch)}>
          Again with changes
        </button>
      </p>
      {panel.state.curves && <Curves curves={panel.state.curves} />}
      {changed.length > 0 && <p class="wb-faint">{changed.join(", ")}</p>}
      <p class="wb-faint">{`${launch.run_id ? `MLflow run ${launch.run_id}, ` : ""}notebook ${launch.notebook}`}</p>
      <Log key={launch.id} text={panel.state.log} />
    </section>
  );
}

/** @param {{curves: import("./messages.js").Curves}} props */
function Curves({ curves: { epochs, steps } }) {
  /** @param {string} metric */
  const lines = (metric) =>
    ["train", "valid"].map((name) => ({ name, points: overEpochs(epochs, `${name}_${metric}`) }));
  return (
    <div class="wb-row">
      <LineChart title="loss" along="step" lines={[{ name: "train", points: steps.map(([x, y]) => ({ x, y })) }]} />
      <LineChart title="loss" along="epoch" lines={lines("loss")} />
      <LineChart title="accuracy" along="epoch" lines={lines("accuracy")} />
    </div>
  );
}

/** What was printed; it follows the newest line until somebody scrolls up. @param {{text: string}} props */
function Log({ text }) {
  const box = useRef(/** @type {HTMLPreElement | null} */ (null));
  const follows = useRef(true);
  useLayoutEffect(() => {
    if (follows.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  /** @param {any} event */
  const onScroll = ({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
    follows.current = scrollHeight - scrollTop - clientHeight < 24;
  };
  return (
    <pre ref={box} class="wb-log" tabIndex={0} role="region" aria-label="Log" onScroll={onScroll}>
      {text || "(nothing printed yet)"}
    </pre>
  );
}

/** @param {{launch: Launch}} props */
function Progress({ launch }) {
  if (!launch.num_epochs) return null;
  const inside = launch.batches && launch.phase === "training" ? (launch.batch ?? 0) / launch.batches : 0;
  const done = Math.min(launch.num_epochs, launch.epochs + (inside < 1 ? inside : 0));
  const left = secondsLeft(
    launch.seconds.map((seconds) => ({ seconds })),
    launch.num_epochs - launch.epochs + launch.seconds.length,
    inside,
  );
  return (
    <>
      <progress max={launch.num_epochs} value={done} aria-label="Epochs done" />
      {left !== null && launch.phase === "training" && <span class="wb-faint">{`${duration(left)} left`}</span>}
    </>
  );
}

/** @param {Launch} launch @param {boolean} asked */
function stopWords(launch, asked) {
  if (launch.phase === "starting" && launch.epochs === 0) return "Stop";
  return asked ? "Stop at once" : "Stop after this batch";
}
