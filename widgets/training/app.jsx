import { ConfusionMatrix } from "../shared/confusion_matrix.jsx";
import { duration, heading, number, plural } from "../shared/format.js";
import { LOST, waitingText } from "../shared/polling.js";
import { TestGallery } from "../shared/test_gallery.jsx";
import { TrainingCharts } from "./charts.jsx";
import { secondsLeft } from "./curves.js";

/** @import { Training } from "./messages.js" */
/** @import { TrainingPanel } from "./state.js" */

const RUNNING = ["starting", "training", "testing"];
const COLUMNS = ["epoch", "train_loss", "valid_loss", "train_accuracy", "valid_accuracy", "valid_f1", "seconds"];

/** The whole panel. @param {{panel: TrainingPanel}} props */
export function App({ panel }) {
  const { training } = panel.state;
  const empty = training.run_id === undefined;
  return (
    <div class="wb-body">
      <Bar panel={panel} />
      {empty ? (
        <p class="wb-empty">{`${training.theme} has not been trained yet. Run the cell that trains; its epochs appear here. The first start loads libraries for some seconds.`}</p>
      ) : (
        <div class="wb-scroll">
          {training.epochs.length === 0 && busyWords(training)}
          <TrainingCharts
            epochs={training.epochs}
            steps={training.steps ?? []}
            to={shownEpochs(training)}
            tested={training.confusion && panel.tested}
          />
          {training.test && <p class="wb-faint">{`Test: ${training.test}.`}</p>}
          {training.confusion && (
            <ConfusionMatrix tested={panel.tested} names={training.class_names} matrix={training.confusion} />
          )}
          <TestGallery tested={panel.tested} />
          <Epochs training={training} />
        </div>
      )}
      <div class="wb-status" role="status">
        {panel.state.problem ? <span class="wb-warn">{panel.state.problem}</span> : words(panel)}
      </div>
    </div>
  );
}

/** @param {{panel: TrainingPanel}} props */
function Bar({ panel }) {
  const { training } = panel.state;
  if (training.run_id === undefined)
    return (
      <header class="wb-bar">
        <strong>{training.theme}</strong>
      </header>
    );
  const busy = RUNNING.includes(training.state);
  const share = training.batches ? (training.batch ?? 0) / training.batches : 0;
  const inside = busy && training.epoch === training.epochs.length + 1 ? share : 0;
  const left = busy && training.state !== "testing" ? secondsLeft(training.epochs, training.num_epochs, inside) : null;
  const accuracy = training.metrics?.test_accuracy;
  return (
    <header class="wb-bar">
      <strong>{training.run_name}</strong>
      <span>{`${number(training.epochs.length)} of ${plural(training.num_epochs, "epoch")}`}</span>
      <progress max={training.num_epochs} value={training.epochs.length + inside} aria-label="Epochs done" />
      {busy && training.state !== "testing" && training.batches && (
        <span class="wb-faint">{`batch ${number(training.batch ?? 0)} of ${number(training.batches)}`}</span>
      )}
      {left !== null && <span class="wb-faint">{`${duration(left)} left`}</span>}
      {accuracy !== undefined && <span title={training.test}>{`test accuracy ${accuracy.toFixed(4)}`}</span>}
      <span class="wb-grow" />
      {busy && training.state !== "testing" && (
        <button type="button" onClick={() => panel.stop()}>
          Stop after this batch
        </button>
      )}
    </header>
  );
}

/** What goes on before the first epoch ends. @param {Training} training */
function busyWords(training) {
  if (!RUNNING.includes(training.state)) return <p class="wb-empty">It ended before its first epoch did.</p>;
  return (
    <p class="wb-empty">
      {training.state === "starting"
        ? "Preparing images and network …"
        : "The first epoch runs; curves over epochs begin when it ends."}
    </p>
  );
}

/**
 * The epochs that a chart has room for: all of a short training, but no wide empty field while a long one begins.
 * @param {Training} training
 */
function shownEpochs(training) {
  const done = training.epochs.length;
  return RUNNING.includes(training.state) ? Math.min(training.num_epochs, Math.max(10, 2 * done)) : done;
}

/** @param {{training: Training}} props */
function Epochs({ training }) {
  if (training.epochs.length === 0) return null;
  const names = COLUMNS.filter((name) => training.epochs.some((row) => row[name] !== undefined));
  return (
    <table class="wb-epochs">
      <caption>Epochs</caption>
      <thead>
        <tr>
          {names.map((name) => (
            <th key={name} scope="col">
              {heading(name)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {training.epochs.toReversed().map((row) => (
          <tr key={row.epoch} class={row.epoch === training.best_epoch ? "wb-is-best" : ""}>
            {names.map((name) => (
              <td key={name}>{shown(name, row[name])}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** @param {string} name @param {number | undefined} value */
function shown(name, value) {
  if (value === undefined) return "";
  return name === "epoch" ? String(value) : name === "seconds" ? value.toFixed(1) : value.toFixed(4);
}

/** @param {TrainingPanel} panel */
function words(panel) {
  const { training, health, notice } = panel.state;
  if (health === "lost") return <span class="wb-warn">{LOST}</span>;
  if (panel.tested.waiting) return waitingText(panel.tested.waiting, health);
  if (notice) return notice;
  if (training.run_id === undefined) return "waiting for a training";
  switch (training.state) {
    case "failed":
      return `failed: ${training.failure ?? ""}`;
    case "interrupted":
      return `interrupted; go on with: workbench resume ${training.run_id}`;
    case "silent":
      return "this training says nothing any more: its program has ended or hangs";
    case "stopped":
      return `stopped, tested and saved; go on with: workbench resume ${training.run_id}`;
    default:
      return training.state;
  }
}
