import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { ConfusionMatrix } from "../shared/confusion_matrix.jsx";
import { duration } from "../shared/format.js";
import { TestGallery } from "../shared/test_gallery.jsx";
import { TrainingCharts } from "../training/charts.jsx";
import { secondsLeft } from "../training/curves.js";
import { words } from "./wording.js";

/** @import { Launch, Outcome } from "./messages.js" */
/** @import { LaunchPanel } from "./state.js" */

/** @param {{panel: LaunchPanel, launch: Launch}} props */
export function Details({ panel, launch }) {
  const { outcome } = panel.state;
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
      {outcome?.test && !busy && <p class="wb-faint">{`Test: ${outcome.test}.`}</p>}
      {outcome?.confusion && !busy && <Register panel={panel} launch={launch} outcome={outcome} />}
      {outcome && (
        <TrainingCharts
          epochs={outcome.epochs}
          steps={outcome.steps}
          tested={outcome.confusion && !busy ? panel.tested : undefined}
        />
      )}
      {outcome?.confusion && (
        <ConfusionMatrix tested={panel.tested} names={outcome.class_names} matrix={outcome.confusion} />
      )}
      <TestGallery tested={panel.tested} />
      {changed.length > 0 && <p class="wb-faint">{changed.join(", ")}</p>}
      <p class="wb-faint">{`${launch.run_id ? `MLflow run ${launch.run_id}, ` : ""}notebook ${launch.notebook}`}</p>
      <Log key={launch.id} text={panel.state.log} />
    </section>
  );
}

/** From a model to a version in a stage; says whose stage it takes. @param {{panel: LaunchPanel, launch: Launch, outcome: Outcome}} props */
function Register({ panel, launch, outcome: { version, holders } }) {
  const [chosen, setChosen] = useState("staging");
  // A version leaves its stage in the models panel, not here.
  const stage = version && chosen === "none" ? "staging" : chosen;
  const holder = holders[stage];
  const takes = holder !== undefined && holder !== version?.version;
  return (
    <form
      class="wb-row wb-register"
      aria-label="Register"
      onSubmit={(/** @type {Event} */ event) => {
        event.preventDefault();
        panel.register(launch, stage, takes ? holder : undefined);
      }}
    >
      <span>{version ? `version ${version.version}, ${version.stage}` : "not registered"}</span>
      <select aria-label="Stage" value={stage} onChange={(/** @type {any} */ event) => setChosen(event.target.value)}>
        <option>staging</option>
        <option>production</option>
        {!version && <option value="none">no stage</option>}
      </select>
      <button type="submit" disabled={panel.state.registering || version?.stage === stage}>
        {version ? `Put into ${stage}` : stage === "none" ? "Register" : `Register in ${stage}`}
      </button>
      {takes && <span class="wb-faint">{`version ${holder} leaves ${stage} and is archived`}</span>}
    </form>
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
  return asked ? "Stop at once…" : "Stop after this batch";
}
