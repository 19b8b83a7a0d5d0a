import { h } from "preact";
import { useEffect, useState } from "preact/hooks";
import { moment, number, plural } from "../../shared/format.js";
import { message } from "../../shared/watching.js";
import { readTeam, toggleQueue } from "../queue.js";
import { close, Dialog } from "./dialog.js";

/** @import { Desk } from "../desk.js" */

/** Who works on the theme, how many images two are asked about, and how far they agree. @param {{desk: Desk}} props */
export function TeamDialog({ desk }) {
  const { theme, team } = desk.state;
  const [agreement, setAgreement] = useState(/** @type {any} */ (null));
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    readTeam(desk);
    desk.link.call("agreement", { theme: theme?.id }).then(
      ({ value }) => setAgreement(value),
      (error) => setTrouble(error.message),
    );
  }, []);
  return h(
    Dialog,
    { desk, title: `Team of ${theme?.name}`, wide: true },
    team && h(Share, { desk, team }),
    team && h(Members, { team }),
    team &&
      team.disagreements > 0 &&
      h(
        "div",
        { class: "wb-row" },
        h(
          "span",
          null,
          `${plural(team.disagreements, "disagreement")} ${team.disagreements === 1 ? "waits" : "wait"} for a reviewer.`,
        ),
        h("button", { type: "button", onClick: () => review(desk) }, `Review ${plural(team.disagreements, "image")}`),
      ),
    trouble && h("p", { class: "wb-warn", role: "alert" }, trouble),
    agreement
      ? h(Agreement, { desk, agreement })
      : !trouble && h("p", { class: "wb-faint", role: "status" }, "Computing the agreement …"),
  );
}

/** @param {Desk} desk */
function review(desk) {
  close(desk);
  if (desk.state.focus?.queue !== "review") toggleQueue(desk, "review");
}

/** @param {{desk: Desk, team: import("../queue.js").Team}} props */
function Share({ desk, team }) {
  const [percent, setPercent] = useState(String(Math.round(100 * team.overlap)));
  const [trouble, setTrouble] = useState("");
  const wanted = Number(percent) / 100;
  const change = async () => {
    try {
      await desk.link.call("set overlap", { theme: desk.state.theme?.id, overlap: wanted });
      setTrouble("");
      await readTeam(desk);
    } catch (error) {
      setTrouble(message(error));
    }
  };
  return h(
    "div",
    null,
    h(
      "div",
      { class: "wb-row" },
      h(
        "label",
        null,
        "Second opinions on ",
        h("input", {
          type: "number",
          min: 0,
          max: 100,
          step: 1,
          value: percent,
          onInput: (/** @type {any} */ event) => setPercent(event.target.value),
        }),
        " % of the images",
      ),
      h("button", { type: "button", disabled: wanted === team.overlap || percent === "", onClick: change }, "Set"),
    ),
    h(
      "p",
      { class: "wb-faint" },
      "“Next for me” mixes them in: always the same images, without the first label in sight.",
    ),
    trouble && h("p", { class: "wb-warn", role: "alert" }, trouble),
  );
}

/** @param {{team: import("../queue.js").Team}} props */
function Members({ team }) {
  if (team.members.length === 0) return h("p", null, "Nobody has decided about an image yet.");
  return h(
    "table",
    { class: "wb-counts", "aria-label": "Annotators" },
    h(
      "thead",
      null,
      h(
        "tr",
        null,
        ["Annotator", "Decided", "Second opinions", "Holds now", "Last act"].map((name) =>
          h("th", { key: name }, name),
        ),
      ),
    ),
    h(
      "tbody",
      null,
      team.members.map((member) =>
        h(
          "tr",
          { key: member.annotator },
          h("td", null, member.annotator),
          [member.decided, member.opinions, member.leased].map((value, index) =>
            h("td", { key: index, class: "wb-number" }, number(value)),
          ),
          h("td", null, moment(member.last_act) || "–"),
        ),
      ),
    ),
  );
}

/** @param {{desk: Desk, agreement: any}} props */
function Agreement({ desk, agreement }) {
  const order = desk.state.labels.map((label) => label.name);
  const labels = agreement.labels.toSorted(
    (/** @type {any} */ a, /** @type {any} */ b) => order.indexOf(a.label) - order.indexOf(b.label),
  );
  if (agreement.samples === 0)
    return h("p", null, "No image has been looked at by two annotators yet, so there is no agreement to measure.");
  return h(
    "section",
    { "aria-label": "Agreement" },
    h(
      "p",
      null,
      `On ${plural(agreement.samples, "image")} with several opinions, ${agreement.percent.toFixed(1)} % of the pairs of answers agree. Fleiss' kappa: `,
      h("b", null, kappa(agreement.fleiss)),
      ".",
    ),
    h(
      "div",
      { class: "wb-tables" },
      h(Figures, {
        title: "Pairs of annotators",
        head: ["Pair", "Images", "Agree", "Cohen's kappa"],
        rows: agreement.pairs.map((/** @type {any} */ pair) => [
          `${pair.first}, ${pair.second}`,
          number(pair.samples),
          `${pair.percent.toFixed(1)} %`,
          kappa(pair.kappa),
        ]),
      }),
      h(Figures, {
        title: "Labels",
        head: ["Label", "Answers", "Agree", "Fleiss' kappa"],
        rows: labels.map((/** @type {any} */ row) => [
          row.label,
          number(row.answers),
          `${row.percent.toFixed(1)} %`,
          kappa(row.kappa),
        ]),
      }),
    ),
    h(
      "p",
      { class: "wb-faint" },
      "Kappa is 1 for full agreement and 0 for what chance alone would give; – where everybody always gave the same answer.",
    ),
  );
}

/** @param {{title: string, head: string[], rows: string[][]}} props */
function Figures({ title, head, rows }) {
  return h(
    "table",
    { class: "wb-counts", "aria-label": title },
    h(
      "thead",
      null,
      h(
        "tr",
        null,
        head.map((name) => h("th", { key: name }, name)),
      ),
    ),
    h(
      "tbody",
      null,
      rows.map((row) =>
        h(
          "tr",
          { key: row[0] },
          row.map((cell, index) => h("td", { key: index, class: index > 0 ? "wb-number" : "" }, cell)),
        ),
      ),
    ),
  );
}

/** @param {number | null} value */
function kappa(value) {
  return value === null ? "–" : value.toFixed(2);
}
