import { h } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { duration, heading, moment, number } from "../shared/format.js";
import { LOST, waitingWords } from "../shared/watching.js";
import { secondsLeft } from "../training/curves.js";
import { words } from "./words.js";

/** @import { Desk, Launch } from "./desk.js" */

const FAILED = ["failed", "lost"];

/** The whole panel. @param {{desk: Desk}} props */
export function App({ desk }) {
  const { found, health, notice, problem, starting } = desk.state;
  const running = found.launches.filter((launch) => launch.state === "running").length;
  const lost = health === "lost" && h("span", { class: "wb-warn" }, `${LOST} Trainings in the background go on.`);
  return h(
    "div",
    { class: "wb-body" },
    h(
      "header",
      { class: "wb-bar" },
      h("strong", null, "Trainings in the background"),
      h("span", { class: "wb-faint" }, running ? `${number(running)} running` : "none running"),
    ),
    h(
      "div",
      { class: "wb-columns" },
      h(Form, { desk }),
      h("div", { class: "wb-scroll" }, h(List, { desk }), desk.chosen && h(Details, { desk, launch: desk.chosen })),
    ),
    h(
      "footer",
      { class: "wb-status", role: "status" },
      lost ||
        (problem
          ? h("span", { class: "wb-warn" }, problem)
          : waitingWords(notice, starting ? health : "live") || "ready"),
    ),
  );
}

/** @param {{desk: Desk}} props */
function Form({ desk }) {
  const { found, form, starting } = desk.state;
  const { networks, optimizers } = desk.config;
  /** @param {string} name @param {string} words @param {string[]} choices */
  const choice = (name, words, choices) =>
    h(
      "label",
      null,
      words,
      h(
        "select",
        { value: form.values[name], onChange: (/** @type {any} */ event) => desk.value(name, event.target.value) },
        choices.map((each) => h("option", { key: each, value: each }, each)),
      ),
    );
  /** @param {string} name @param {string} words */
  const field = (name, words) =>
    h(
      "label",
      null,
      words,
      h("input", {
        inputMode: "decimal",
        value: String(form.values[name]),
        onInput: (/** @type {any} */ event) => desk.value(name, event.target.value),
      }),
    );
  const pretrained = form.values["model.pretrained"];
  return h(
    "form",
    {
      class: "wb-side",
      "aria-label": "New training",
      onSubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        desk.start();
      },
    },
    h("h3", null, "New training"),
    h(
      "label",
      null,
      "Theme",
      h(
        "select",
        { value: form.theme, onChange: (/** @type {any} */ event) => desk.fill({ theme: event.target.value }) },
        found.themes.map(({ name, labeled }) =>
          h("option", { key: name, value: name }, `${name} (${number(labeled)} labeled)`),
        ),
      ),
    ),
    h(
      "label",
      null,
      "Run name",
      h("input", {
        value: form.run_name,
        placeholder: "network, date and time",
        onInput: (/** @type {any} */ event) => desk.fill({ run_name: event.target.value }),
      }),
    ),
    choice("model.name", "Network", networks),
    typeof pretrained === "boolean" &&
      h(
        "label",
        { class: "wb-check" },
        h("input", {
          type: "checkbox",
          checked: pretrained,
          onChange: (/** @type {any} */ event) => desk.value("model.pretrained", event.target.checked),
        }),
        "Begin with published weights",
      ),
    field("training.num_epochs", "Epochs"),
    field("training.learning_rate", "Learning rate"),
    choice("training.optimizer", "Optimizer", optimizers),
    field("data.batch_size", "Images per step"),
    h("p", { class: "wb-faint" }, "Everything else: params.yaml"),
    h(
      "button",
      { class: "wb-primary", type: "submit", disabled: starting || found.themes.length === 0 },
      starting ? "Starting …" : "Start training",
    ),
  );
}

/** @param {{desk: Desk}} props */
function List({ desk }) {
  const { found, chosen } = desk.state;
  if (found.launches.length === 0)
    return h(
      "p",
      { class: "wb-empty" },
      "No training was started here yet. Fill in the fields and start one; it goes on when this page is closed.",
    );
  return h(
    "table",
    { class: "wb-launches" },
    h(
      "thead",
      null,
      h(
        "tr",
        null,
        ["run", "theme", "state", "epochs", "test accuracy", "started", "took"].map((name, index) =>
          h("th", { key: name, scope: "col", class: index > 2 ? "wb-number" : "" }, heading(name)),
        ),
      ),
    ),
    h(
      "tbody",
      null,
      found.launches.map((launch) =>
        h(
          "tr",
          { key: launch.id, class: launch.id === chosen ? "wb-is-chosen" : "" },
          h(
            "td",
            null,
            h(
              "button",
              { class: "wb-link", "aria-pressed": String(launch.id === chosen), onClick: () => desk.choose(launch.id) },
              launch.name,
            ),
          ),
          h("td", null, launch.theme),
          h("td", { class: FAILED.includes(launch.state) ? "wb-warn" : "" }, launch.state),
          h(
            "td",
            { class: "wb-number" },
            launch.num_epochs ? `${number(launch.epochs)} of ${number(launch.num_epochs)}` : "",
          ),
          h("td", { class: "wb-number" }, launch.accuracy?.toFixed(4) ?? ""),
          h("td", { class: "wb-number" }, moment(new Date(launch.started * 1000).toISOString())),
          h("td", { class: "wb-number" }, duration((launch.ended ?? Date.now() / 1000) - launch.started)),
        ),
      ),
    ),
  );
}

/** @param {{desk: Desk, launch: Launch}} props */
function Details({ desk, launch }) {
  const busy = launch.state === "running";
  const asked = desk.state.asked.includes(launch.id);
  const changed = Object.entries(launch.overrides).map(([name, value]) => `${name} = ${value}`);
  return h(
    "section",
    { class: "wb-details", "aria-label": launch.name },
    h("h3", null, launch.name),
    h(
      "p",
      { class: "wb-row" },
      h("span", null, words(launch)),
      busy && h(Progress, { launch }),
      busy && h("button", { onClick: () => desk.stop(launch) }, stopWords(launch, asked)),
    ),
    changed.length > 0 && h("p", { class: "wb-faint" }, changed.join(", ")),
    h("p", { class: "wb-faint" }, `${launch.run_id ? `MLflow run ${launch.run_id}, ` : ""}notebook ${launch.notebook}`),
    h(Log, { key: launch.id, text: desk.state.log }),
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
  return h(
    "pre",
    { ref: box, class: "wb-log", tabIndex: 0, role: "region", "aria-label": "Log", onScroll },
    text || "(nothing printed yet)",
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
  return [
    h("progress", { max: launch.num_epochs, value: done, "aria-label": "Epochs done" }),
    left !== null && launch.phase === "training" && h("span", { class: "wb-faint" }, `${duration(left)} left`),
  ];
}

/** @param {Launch} launch @param {boolean} asked */
function stopWords(launch, asked) {
  if (launch.phase === "starting" && launch.epochs === 0) return "Stop";
  return asked ? "Stop at once" : "Stop after this batch";
}
