import { ComparisonView } from "../shared/comparison.jsx";
import { duration, heading, moment, number } from "../shared/format.js";
import { LOST, waitingText } from "../shared/polling.js";
import { Asked } from "../shared/question.jsx";
import { Details } from "./details.jsx";
import { alsoSets } from "./wording.js";

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
          <Compared panel={panel} />
          {panel.chosen && <Details panel={panel} launch={panel.chosen} />}
        </div>
      </div>
      <Asked panel={panel} />
      <div class="wb-status" role="status">
        {lost ||
          (problem ? (
            <span class="wb-warn">{problem}</span>
          ) : (
            waitingText(panel.tested.waiting, health) || waitingText(notice, starting ? health : "live") || "ready"
          ))}
      </div>
    </div>
  );
}

/** @param {{panel: LaunchPanel}} props */
function Form({ panel }) {
  const { found, form, preset, starting } = panel.state;
  const also = alsoSets(preset.also);
  const { optimizers, recipes } = panel.config;
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
        <select value={form.theme} onChange={(/** @type {any} */ event) => panel.theme(event.target.value)}>
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
      {also && <p class="wb-faint">{`It sets, too: ${also}`}</p>}
      <label>
        Network
        <input
          value={form.values["model.name"]}
          list="wb-networks"
          title="A ResNet, any other of torchvision or timm, or one of your own that params.yaml names (modules)"
          onFocus={() => panel.complete("")}
          onInput={(/** @type {any} */ event) => {
            panel.value("model.name", event.target.value);
            panel.complete(event.target.value);
          }}
        />
        <datalist id="wb-networks">
          {panel.state.networks.map((name) => (
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
      <div class="wb-start">
        <button class="wb-primary" type="submit" disabled={starting || found.themes.length === 0}>
          {starting ? "Starting …" : "Start training"}
        </button>
      </div>
    </form>
  );
}

/** Two trainings side by side. @param {{panel: LaunchPanel}} props */
function Compared({ panel }) {
  const { comparison, ticked } = panel.state;
  if (ticked.length === 1) return <p class="wb-faint">Tick another training to compare the two.</p>;
  return comparison && <ComparisonView value={comparison.value} pictures={comparison.pictures} />;
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
          <th scope="col">
            <span title="Tick two to compare them">Compare</span>
          </th>
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
              <input
                type="checkbox"
                checked={panel.state.ticked.includes(launch.id)}
                disabled={!launch.tested}
                aria-label={`Compare ${launch.name}`}
                title={launch.tested ? "Tick two to compare them" : "It can be compared once it has been tested"}
                onChange={() => panel.tick(launch)}
              />
            </td>
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
