import { h } from "preact";
import { useRef } from "preact/hooks";
import { heading, moment, number } from "../shared/format.js";
import { useFocus } from "../shared/modal.js";
import { LOST, waitingWords } from "../shared/watching.js";
import { ComparisonView } from "./comparison.js";
import { SampleView, VersionView } from "./lineage.js";

/** @import { Desk, Version } from "./desk.js" */

/** The whole panel. @param {{desk: Desk}} props */
export function App({ desk }) {
  const { state } = desk;
  return [
    h(Bar, { desk }),
    state.question && h(Ask, { key: state.question.text, desk }),
    state.notice &&
      h(
        "div",
        { class: `wb-ask${state.notice.trouble ? " wb-warn" : ""}`, role: state.notice.trouble ? "alert" : "status" },
        state.notice.text,
      ),
    h(
      "div",
      { class: "wb-sheet" },
      h(Agreement, { desk }),
      h(Offer, { desk }),
      h(Versions, { desk }),
      h(Details, { desk }),
    ),
  ];
}

/** @param {{desk: Desk}} props */
function Bar({ desk }) {
  const { state } = desk;
  return h(
    "div",
    { class: "wb-bar" },
    h("b", null, desk.theme),
    h(
      "span",
      { class: state.health === "lost" ? "wb-warn" : "wb-faint", role: "status" },
      state.health === "lost" ? LOST : waitingWords(state.waiting, state.health),
    ),
    h("span", { class: "wb-grow" }),
    h(
      "form",
      {
        onSubmit: (/** @type {SubmitEvent} */ event) => {
          event.preventDefault();
          const field = /** @type {HTMLInputElement} */ (
            /** @type {HTMLFormElement} */ (event.target).elements.namedItem("sample")
          );
          if (field.value.trim()) desk.trace(field.value.trim());
        },
      },
      h("input", {
        type: "search",
        name: "sample",
        placeholder: "Trace a sample: id, file name, SHA-256",
        "aria-label": "Trace a sample",
        size: 36,
      }),
    ),
    h(
      "button",
      {
        type: "button",
        "aria-pressed": String(state.offer !== null),
        onClick: () => desk.offer(),
        title: "Make a finished run a version of the model",
      },
      "Register a run",
    ),
    h(
      "button",
      { type: "button", onClick: () => desk.check(), title: "Compare MLflow's registry with the store" },
      "Check registry",
    ),
    h("button", { type: "button", onClick: () => desk.load() }, "Refresh"),
  );
}

/** @param {{desk: Desk}} props */
function Ask({ desk }) {
  const { question } = desk.state;
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useFocus(box, question?.danger ? "button:last-child" : "button");
  if (!question) return null;
  return h(
    "div",
    { ref: box, class: "wb-ask", role: "alertdialog", "aria-label": question.text },
    h("span", { class: "wb-grow" }, question.text),
    h(
      "button",
      { type: "button", class: question.danger ? "wb-danger" : "wb-primary", onClick: () => desk.confirm() },
      question.button,
    ),
    h("button", { type: "button", onClick: () => desk.out() }, "Cancel"),
  );
}

/** @param {{desk: Desk}} props */
function Agreement({ desk }) {
  const { agreement } = desk.state;
  if (!agreement) return null;
  const mendable = agreement.disagreements.some(({ repair }) => repair !== null);
  return h(
    "section",
    { "aria-label": "Registry check" },
    agreement.repaired.map((text) => h("p", { key: text }, `Repaired: ${text}.`)),
    agreement.ok && h("p", null, "MLflow and the store agree."),
    agreement.disagreements.map(({ text, repair }) =>
      h(
        "p",
        { key: text, class: "wb-warn" },
        `${text}. `,
        repair ? `Repair: ${repair}.` : "Nothing here can mend that.",
      ),
    ),
    mendable && h("button", { type: "button", onClick: () => desk.repair() }, "Repair"),
  );
}

/** Runs that could become versions. @param {{desk: Desk}} props */
function Offer({ desk }) {
  const { offer } = desk.state;
  if (!offer) return null;
  return h(
    "section",
    { "aria-label": "Runs to register", class: "wb-framed" },
    h("h3", null, "Runs that are no version yet"),
    offer.runs.length === 0
      ? h(
          "p",
          { class: "wb-faint" },
          "There is none: every finished run is a version already. The notebook 03_train makes another.",
        )
      : h(
          "table",
          null,
          h(
            "thead",
            null,
            h(
              "tr",
              null,
              h("th", null, "Run"),
              h("th", null, "Started"),
              offer.metrics.map((name) => h("th", { key: name, class: "wb-number" }, heading(name))),
              h("th", null, ""),
            ),
          ),
          h(
            "tbody",
            null,
            offer.runs.map((run) =>
              h(
                "tr",
                { key: run.run },
                h("td", { title: run.run }, run.name),
                h("td", { class: "wb-time" }, moment(run.started)),
                offer.metrics.map((name) =>
                  h("td", { key: name, class: "wb-number" }, run.metrics[name]?.toFixed(4) ?? ""),
                ),
                h(
                  "td",
                  null,
                  h(
                    "button",
                    {
                      type: "button",
                      class: "wb-link",
                      "aria-label": `Register ${run.name}`,
                      onClick: () => desk.register(run),
                    },
                    "Register",
                  ),
                ),
              ),
            ),
          ),
        ),
  );
}

/** @param {{desk: Desk}} props */
function Versions({ desk }) {
  const { versions, metrics, chosen } = desk.state;
  if (versions === null) return null;
  if (versions.length === 0)
    return h("p", { class: "wb-faint" }, "No registered models yet: press “Register a run” above.");
  return h(
    "table",
    { "aria-label": "Model versions" },
    h(
      "thead",
      null,
      h(
        "tr",
        null,
        ["", "Version", "Stage", "Created"].map((name) =>
          h("th", { key: name, class: name === "Version" ? "wb-number" : "" }, name),
        ),
        [...metrics, "predictions"].map((name) => h("th", { key: name, class: "wb-number" }, heading(name))),
        h("th", null, ""),
      ),
    ),
    h(
      "tbody",
      null,
      versions.map((row) => h(Row, { key: row.version, desk, row, metrics, chosen: chosen.includes(row.version) })),
    ),
  );
}

/** @param {{desk: Desk, row: Version, metrics: string[], chosen: boolean}} props */
function Row({ desk, row, metrics, chosen }) {
  /** @param {string} text @param {() => void} onClick @param {boolean} shown */
  const button = (text, onClick, shown) =>
    shown &&
    h("button", { type: "button", class: "wb-link", onClick, "aria-label": `${text}: version ${row.version}` }, text);
  const held = row.stage === "production" || row.stage === "staging";
  return h(
    "tr",
    { class: chosen ? "wb-selected" : "", "data-version": row.version },
    h(
      "td",
      null,
      h("input", {
        type: "checkbox",
        checked: chosen,
        "aria-label": `Look at version ${row.version}`,
        onChange: () => desk.choose(row.version),
      }),
    ),
    h("td", { class: "wb-number" }, row.version),
    h("td", { class: held ? "wb-stage" : "" }, row.stage),
    h("td", { class: "wb-time" }, moment(row.created)),
    metrics.map((name) => h("td", { key: name, class: "wb-number" }, row.metrics[name]?.toFixed(4) ?? "")),
    h("td", { class: "wb-number" }, number(row.predictions)),
    h(
      "td",
      { class: "wb-acts" },
      button("To production", () => desk.move(row, "production"), row.stage !== "production"),
      button("To staging", () => desk.move(row, "staging"), row.stage !== "staging" && row.stage !== "production"),
      button("Archive", () => desk.move(row, "archived"), held),
      button("Delete", () => desk.remove(row), row.stage !== "production"),
    ),
  );
}

/** @param {{desk: Desk}} props */
function Details({ desk }) {
  const { detail, versions } = desk.state;
  if (detail?.kind === "version") return h(VersionView, { desk, value: detail.value });
  if (detail?.kind === "sample") return h(SampleView, { value: detail.value, pictures: detail.pictures });
  if (detail?.kind === "compare") return h(ComparisonView, { desk, value: detail.value, pictures: detail.pictures });
  if (!versions?.length) return null;
  return [
    h("p", { class: "wb-faint" }, "Tick one version to trace it, two to compare them."),
    h("section", { "aria-label": "History" }, h("h3", null, "History"), h(History, { desk })),
  ];
}

/** @param {{desk: Desk}} props */
function History({ desk }) {
  return h(
    "table",
    null,
    h(
      "tbody",
      null,
      desk.state.history.map((event, index) =>
        h(
          "tr",
          { key: index },
          h("td", { class: "wb-time" }, moment(event.at)),
          h("td", null, `version ${event.version}`),
          h("td", null, `${event.before ?? "registered"} → ${event.after ?? "deleted"}`),
          h("td", null, event.annotator),
        ),
      ),
    ),
  );
}
