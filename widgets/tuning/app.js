import { h } from "preact";
import { duration, number, percent, plural } from "../shared/format.js";
import { LOST, waitingWords } from "../shared/watching.js";
import { chart } from "./history.js";

/** @import { Health } from "../shared/link.js" */
/** @import { Desk, Trial, Study } from "./desk.js" */

/** The whole panel. @param {{desk: Desk}} props */
export function App({ desk }) {
  const { study } = desk.state;
  return h(
    "div",
    { class: "wb-body" },
    h(Bar, { desk }),
    study.study === undefined
      ? h(
          "p",
          { class: "wb-empty" },
          `${study.theme} has not been tuned yet. Run the cell that tunes; its trials appear here.`,
        )
      : h("div", { class: "wb-columns" }, h(Side, { desk }), h(Table, { desk })),
    h(Status, { desk }),
  );
}

/** @param {{desk: Desk}} props */
function Bar({ desk }) {
  const { study } = desk.state;
  if (study.study === undefined) return h("header", { class: "wb-bar" }, h("strong", null, study.theme));
  const share = percent(study.done, study.total);
  const busy = study.running.length > 0;
  return h(
    "header",
    { class: "wb-bar" },
    h("strong", null, study.study),
    h("span", null, `${number(study.done)} of ${plural(study.total, "trial")}`),
    h("progress", { max: 100, value: share, "aria-label": "Trials done" }),
    h(
      "span",
      { class: "wb-faint" },
      study.seconds_left === null || !busy ? "" : `${duration(study.seconds_left)} left`,
    ),
    h("span", { class: "wb-faint" }, outcome(study)),
    h("span", { class: "wb-grow" }),
    busy &&
      h(
        "button",
        { onClick: () => desk.stop(), disabled: study.stopping },
        study.stopping ? "Stopping after this trial" : "Stop after this trial",
      ),
    h("button", { onClick: () => desk.open("dashboard") }, "Optuna dashboard"),
    h("button", { onClick: () => desk.open("mlflow") }, "MLflow"),
  );
}

/** @param {Study} study */
function outcome(study) {
  const parts = [];
  if (study.pruned) parts.push(`${number(study.pruned)} pruned`);
  if (study.failed) parts.push(`${number(study.failed)} failed`);
  return parts.join(", ");
}

/** Best so far, running now, and the way there. @param {{desk: Desk}} props */
function Side({ desk }) {
  const { study } = desk.state;
  const { best } = study;
  return h(
    "aside",
    { class: "wb-side" },
    h("h3", null, "Best so far"),
    best === null
      ? h("p", { class: "wb-faint" }, "No trial is complete yet.")
      : h(
          "div",
          { class: "wb-best" },
          h(
            "p",
            { class: "wb-value" },
            study.metrics.map((name, index) => `${name} ${figure(best.values?.[index])}`).join(", "),
          ),
          h("p", { class: "wb-faint" }, `trial_${best.number}`),
          h(Params, { params: best.params }),
          h(Use, { desk }),
        ),
    h("h3", null, "History"),
    h(History, { study }),
    study.running.length > 0 && h("h3", null, "Running"),
    study.running.map((trial) =>
      h(
        "div",
        { key: trial.number, class: "wb-running" },
        h(
          "p",
          null,
          `trial_${trial.number}, ${duration(trial.seconds ?? 0)}`,
          trial.epoch ? `, epoch ${trial.epoch}: ${shown(trial.value)}` : "",
        ),
        h(Params, { params: trial.params }),
      ),
    ),
  );
}

/** A full run from the best settings, or the best model for the registry. @param {{desk: Desk}} props */
function Use({ desk }) {
  const { study, waiting } = desk.state;
  const busy = waiting !== "";
  /** @param {SubmitEvent} event */
  const train = (event) => {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (
      /** @type {HTMLFormElement} */ (event.target).elements.namedItem("epochs")
    );
    desk.train(field.value === "" ? null : Number(field.value));
  };
  return h(
    "form",
    { class: "wb-row", onSubmit: train },
    h("button", { disabled: busy || study.running.length > 0 || study.full_run?.running === true }, "Train a full run"),
    h(
      "label",
      null,
      "epochs ",
      h("input", {
        name: "epochs",
        type: "number",
        min: 1,
        max: 100000,
        required: study.num_epochs !== null,
        defaultValue: study.num_epochs ?? "",
      }),
    ),
    h("button", { type: "button", onClick: () => desk.register(), disabled: busy }, "Register its model"),
  );
}

/** @param {{params: Record<string, any>}} props */
function Params({ params }) {
  return h(
    "dl",
    { class: "wb-params" },
    Object.entries(params).map(([name, value]) => [
      h("dt", { key: name, title: name }, name),
      h("dd", { key: `${name}=` }, shown(value)),
    ]),
  );
}

const WIDTH = 240;
const HEIGHT = 70;

/** @param {{study: Study}} props */
function History({ study }) {
  const { points, line, low, high } = chart(study.history, study.directions[0], WIDTH, HEIGHT);
  if (points.length === 0) return h("p", { class: "wb-faint" }, "Nothing to draw yet.");
  const words = `${study.metrics[0]} of ${plural(points.length, "trial")}, from ${figure(low)} to ${figure(high)}`;
  return h(
    "figure",
    { class: "wb-history" },
    h(
      "svg",
      { viewBox: `-4 -4 ${WIDTH + 8} ${HEIGHT + 8}`, role: "img", "aria-label": words },
      h("path", { d: line, class: "wb-line" }),
      points.map((point) =>
        h(
          "circle",
          { key: point.number, cx: point.x, cy: point.y, r: 2.5 },
          h("title", null, `trial_${point.number}: ${figure(point.value)}`),
        ),
      ),
    ),
    h("figcaption", { class: "wb-faint" }, `${figure(low)} to ${figure(high)}`),
  );
}

/** @param {{desk: Desk}} props */
function Table({ desk }) {
  const { study } = desk.state;
  const names = [...new Set(study.trials.flatMap((trial) => Object.keys(trial.params)))];
  const numbers = [...study.metrics, ...names, "Time"].map((name) => [name, "wb-number"]);
  const head = [["Trial", ""], ["State", ""], ...numbers, ["Open", ""]];
  return h(
    "div",
    { class: "wb-scroll" },
    h(
      "table",
      null,
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          head.map(([name, kind]) => h("th", { key: name, scope: "col", class: kind }, name)),
        ),
      ),
      h(
        "tbody",
        null,
        study.trials.map((trial) => h(Row, { key: trial.number, trial, names, desk })),
      ),
    ),
  );
}

/** @param {{trial: Trial, names: string[], desk: Desk}} props */
function Row({ trial, names, desk }) {
  const { study } = desk.state;
  return h(
    "tr",
    { class: trial.number === study.best?.number ? "wb-is-best" : "" },
    h("th", { scope: "row" }, `trial_${trial.number}`),
    h("td", { title: trial.failure ?? "" }, trial.state),
    study.metrics.map((name, index) =>
      h("td", { key: name, class: "wb-number" }, trial.values ? figure(trial.values[index]) : ""),
    ),
    names.map((name) => h("td", { key: name, class: "wb-number" }, shown(trial.params[name]))),
    h("td", { class: "wb-number" }, trial.seconds === null ? "" : duration(trial.seconds)),
    h(
      "td",
      null,
      trial.run_id &&
        h(
          "button",
          {
            class: "wb-link",
            "aria-label": `Run of trial_${trial.number} in MLflow`,
            onClick: () => desk.open("mlflow", { run_id: trial.run_id }),
          },
          "run",
        ),
      h(
        "button",
        {
          class: "wb-link",
          "aria-label": `trial_${trial.number} in the Optuna dashboard`,
          onClick: () => desk.open("dashboard", { number: trial.number }),
        },
        "trial",
      ),
    ),
  );
}

/** What is waited for, what was done, what is wrong. @param {{desk: Desk}} props */
function Status({ desk }) {
  const { study, health, waiting, notice, problem } = desk.state;
  return h(
    "footer",
    { class: "wb-status", role: "status" },
    problem ? h("span", { class: "wb-warn" }, problem) : words(study, health, waiting, notice),
  );
}

/** @param {Study} study @param {Health} health @param {string} waiting @param {string} notice */
function words(study, health, waiting, notice) {
  if (health === "lost") return h("span", { class: "wb-warn" }, LOST);
  if (waiting) return waitingWords(`${waiting} …`, health);
  if (study.full_run?.running) return `training a full run: ${study.full_run.text}`;
  if (study.full_run?.failed) return h("span", { class: "wb-warn" }, study.full_run.text);
  if (notice) return notice;
  if (study.full_run) return study.full_run.text;
  if (study.study === undefined) return "waiting for a study";
  if (study.stopping) return "stops after this trial";
  if (study.stopped) return "stopped: run the cell again to go on";
  if (study.running.length > 0) return `${plural(study.running.length, "trial")} running`;
  return study.done >= study.total ? "done" : "resting: run the cell again to go on";
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
