import { useEffect, useState } from "preact/hooks";
import { Dialog } from "../../shared/dialog.jsx";
import { moment, number, plural, share } from "../../shared/format.js";
import { message } from "../../shared/polling.js";
import { showThese } from "../browsing.js";
import { readTeam, toggleQueue } from "../queue.js";

/** @import { Agreement as AgreementFigures, Consistency, CrowdQuality } from "../messages.js" */
/** @import { LabelPanel } from "../state.js" */

/** Who works on the theme, how many images two are asked about, and how far they agree. @param {{panel: LabelPanel}} props */
export function TeamDialog({ panel }) {
  const { theme, team } = panel.state;
  const [agreement, setAgreement] = useState(/** @type {AgreementFigures | null} */ (null));
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    readTeam(panel);
    panel.link.call("agreement", { theme: panel.themeId }).then(
      ({ value }) => setAgreement(value),
      (error) => setTrouble(error.message),
    );
  }, []);
  return (
    <Dialog panel={panel} title={`Team of ${theme?.name}`} wide>
      {team && <Share panel={panel} team={team} />}
      {team && <Members team={team} />}
      {team && team.disagreements > 0 && (
        <div class="wb-row">
          <span>{`${plural(team.disagreements, "disagreement")} ${team.disagreements === 1 ? "waits" : "wait"} for a reviewer.`}</span>
          <button type="button" onClick={() => review(panel)}>{`Review ${plural(team.disagreements, "image")}`}</button>
        </div>
      )}
      <Repeats panel={panel} />
      {trouble && (
        <p class="wb-warn" role="alert">
          {trouble}
        </p>
      )}
      {agreement ? (
        <>
          <Agreement panel={panel} agreement={agreement} />
          {agreement.samples > 0 && <Quality panel={panel} />}
        </>
      ) : (
        !trouble && (
          <p class="wb-faint" role="status">
            Computing the agreement …
          </p>
        )
      )}
    </Dialog>
  );
}

/** @param {LabelPanel} panel */
function review(panel) {
  panel.closeDialog();
  if (panel.state.focus?.queue !== "review") toggleQueue(panel, "review");
}

/** @param {{panel: LabelPanel, team: import("../messages.js").Team}} props */
function Share({ panel, team }) {
  const [percent, setPercent] = useState(String(Math.round(100 * team.overlap)));
  const [trouble, setTrouble] = useState("");
  const wanted = Number(percent) / 100;
  const change = async () => {
    try {
      await panel.link.call("set overlap", { theme: panel.themeId, overlap: wanted });
      setTrouble("");
      await readTeam(panel);
    } catch (error) {
      setTrouble(message(error));
    }
  };
  return (
    <div>
      <div class="wb-row">
        <label>
          Second opinions on{" "}
          <input
            type="number"
            min={0}
            max={100}
            step={1}
            value={percent}
            onInput={(/** @type {any} */ event) => setPercent(event.target.value)}
          />{" "}
          % of the images
        </label>
        <button type="button" disabled={wanted === team.overlap || percent === ""} onClick={change}>
          Set
        </button>
      </div>
      <p class="wb-faint">“Next for me” mixes them in: always the same images, without the first label in sight.</p>
      {trouble && (
        <p class="wb-warn" role="alert">
          {trouble}
        </p>
      )}
    </div>
  );
}

/** @param {{team: import("../messages.js").Team & {whole?: boolean}}} props */
function Members({ team }) {
  if (!team.whole) return <p class="wb-faint">Counting who decided what …</p>;
  if (team.members.length === 0) return <p>Nobody has decided about an image yet.</p>;
  return (
    <table class="wb-counts" aria-label="Annotators">
      <thead>
        <tr>
          {["Annotator", "Decided", "Second opinions", "Holds now", "Last active"].map((name) => (
            <th key={name}>{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {team.members.map((member) => (
          <tr key={member.annotator}>
            <td>{member.annotator}</td>
            {[member.decided, member.opinions, member.assigned].map((value, index) => (
              <td key={index} class="wb-number">
                {number(value)}
              </td>
            ))}
            <td>{moment(member.last_change) || "–"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** @param {{panel: LabelPanel, agreement: AgreementFigures}} props */
function Agreement({ panel, agreement }) {
  const order = panel.state.labels.map((label) => label.name);
  const labels = agreement.labels.toSorted((a, b) => order.indexOf(a.label) - order.indexOf(b.label));
  if (agreement.samples === 0)
    return <p>No image has been looked at by two annotators yet, so there is no agreement to measure.</p>;
  return (
    <section aria-label="Agreement">
      <p>
        {`On ${plural(agreement.samples, "image")} with several opinions, ${agreement.percent.toFixed(1)} % of the pairs of answers agree. Fleiss' kappa: `}
        <b>{kappa(agreement.fleiss)}</b>.
      </p>
      <div class="wb-tables">
        <Figures
          title="Pairs of annotators"
          head={["Pair", "Images", "Agree", "Cohen's kappa"]}
          rows={agreement.pairs.map((pair) => [
            `${pair.first}, ${pair.second}`,
            number(pair.samples),
            `${pair.percent.toFixed(1)} %`,
            kappa(pair.kappa),
          ])}
        />
        <Figures
          title="Labels"
          head={["Label", "Answers", "Agree", "Fleiss' kappa"]}
          rows={labels.map((row) => [row.label, number(row.answers), `${row.percent.toFixed(1)} %`, kappa(row.kappa)])}
        />
      </div>
      <p class="wb-faint">
        Kappa is 1 for full agreement and 0 for what chance alone would give; – where everybody always gave the same
        answer.
      </p>
    </section>
  );
}

/** How often everybody said the same again of their own images, and more of one's own to look at, blind. @param {{panel: LabelPanel}} props */
function Repeats({ panel }) {
  const [found, setFound] = useState(/** @type {{samples: number[], consistency: Consistency[]} | null} */ (null));
  useEffect(() => {
    panel.link.call("repeats", { theme: panel.themeId, annotator: panel.state.annotator }).then(
      ({ value }) => setFound(value),
      () => undefined,
    );
  }, []);
  if (!found || (found.samples.length === 0 && found.consistency.length === 0)) return null;
  const mine = found.consistency.find((row) => row.annotator === panel.state.annotator)?.differing ?? [];
  return (
    <section aria-label="Consistency">
      {found.consistency.length > 0 && (
        <Figures
          title="Asked the same again"
          head={["Annotator", "Asked again", "Same"]}
          rows={found.consistency.map((row) => [row.annotator, number(row.asked), share(row.same / row.asked)])}
        />
      )}
      <div class="wb-row">
        {found.samples.length > 0 && (
          <button
            type="button"
            title="How consistent are you? What you say changes nothing."
            onClick={() => lookAt(panel, found.samples)}
          >{`Look again at ${plural(found.samples.length, "image")} of yours, without ${found.samples.length === 1 ? "its label" : "their labels"}`}</button>
        )}
        {mine.length > 0 && (
          <button
            type="button"
            onClick={() => showThese(panel, mine, "answered differently by you")}
          >{`Show ${plural(mine.length, "image")} that you answered differently`}</button>
        )}
      </div>
    </section>
  );
}

/** How good each annotator and label is, once somebody asks: it takes some seconds. @param {{panel: LabelPanel}} props */
function Quality({ panel }) {
  const [quality, setQuality] = useState(/** @type {CrowdQuality | null} */ (null));
  const [waiting, setWaiting] = useState(false);
  const [trouble, setTrouble] = useState("");
  const judge = async () => {
    setWaiting(true);
    setTrouble("");
    try {
      const asked = { theme: panel.themeId, annotator: panel.state.annotator };
      setQuality((await panel.link.call("annotator quality", asked)).value);
    } catch (error) {
      setTrouble(message(error));
    }
    setWaiting(false);
  };
  const doubtful = quality?.labels.filter((row) => row.label !== row.consensus).map((row) => row.sample_id) ?? [];
  const asked = quality?.ask.map((row) => row.sample_id) ?? [];
  return (
    <section aria-label="Quality">
      {!quality && (
        <div class="wb-row">
          <button type="button" disabled={waiting} onClick={judge}>
            Judge annotators and labels
          </button>
          <span class="wb-faint" role="status">
            {waiting ? "Comparing the answers with what a model makes of the images …" : ""}
          </span>
        </div>
      )}
      {trouble && (
        <p class="wb-warn" role="alert">
          {trouble}
        </p>
      )}
      {quality && (
        <>
          <Figures
            title="Quality of annotators"
            head={["Annotator", "Labels", "Right", "As the consensus", "Misses most"]}
            rows={quality.annotators.map((row) => [
              row.annotator,
              number(row.labeled),
              share(row.quality),
              row.agreement === null ? "–" : share(row.agreement),
              row.worst_label ?? "–",
            ])}
          />
          <p class="wb-faint">
            Right is the share of right labels that CROWDLAB estimates from all answers and a model of the images.
          </p>
          <div class="wb-row">
            {doubtful.length > 0 && (
              <button
                type="button"
                onClick={() => showThese(panel, doubtful, "labels that are likely wrong")}
              >{`Show ${plural(doubtful.length, "label that is", "labels that are")} likely wrong`}</button>
            )}
            {asked.length > 0 && (
              <button
                type="button"
                onClick={() => lookAt(panel, asked)}
              >{`Look at ${plural(asked.length, "image")} that your answer tells most about`}</button>
            )}
          </div>
        </>
      )}
    </section>
  );
}

/** @param {LabelPanel} panel @param {number[]} ids */
function lookAt(panel, ids) {
  panel.closeDialog();
  if (panel.state.focus?.queue !== "asked") toggleQueue(panel, "asked", ids);
}

/** @param {{title: string, head: string[], rows: string[][]}} props */
function Figures({ title, head, rows }) {
  return (
    <table class="wb-counts">
      <caption>{title}</caption>
      <thead>
        <tr>
          {head.map((name) => (
            <th key={name}>{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row[0]}>
            {row.map((cell, index) => (
              <td key={index} class={index > 0 ? "wb-number" : ""}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** @param {number | null} value */
function kappa(value) {
  // Nothing below zero is left of -0.001.
  return value === null ? "–" : (Math.round(100 * value) / 100 || 0).toFixed(2);
}
