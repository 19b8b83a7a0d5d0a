import { useEffect, useState } from "preact/hooks";
import { Dialog } from "../../shared/dialog.jsx";
import { number, plural } from "../../shared/format.js";
import { refreshCounts, reload } from "../browsing.js";

/** @import { LabelPanel } from "../state.js" */

const SPLITS = ["train", "valid", "test"];
const USUAL = ["70", "15", "15"];

/** Assign splits: ratios and seed, with the counts that they lead to before anything is done. @param {{panel: LabelPanel}} props */
export function SplitsDialog({ panel }) {
  const { theme, annotator } = panel.state;
  const [shares, setShares] = useState(USUAL);
  const [seed, setSeed] = useState("42");
  const [reset, setReset] = useState(false);
  const [fromTrain, setFromTrain] = useState(false);
  const [preview, setPreview] = useState(/** @type {any} */ (null));
  const [trouble, setTrouble] = useState("");
  const ratios = shares.map((share) => Number(share) / 100);
  const sum = shares.reduce((all, share) => all + Number(share), 0);
  // As params.yaml says; where it cannot be read, a training will tell, and the library's own shares stand here.
  useEffect(() => {
    panel.link.call("split settings").then(
      ({ value }) => {
        const usual = value.ratios.map((/** @type {number} */ ratio) => String(Number((100 * ratio).toFixed(6))));
        setShares((now) => (now === USUAL ? usual : now));
        setSeed((now) => (now === "42" ? String(value.seed) : now));
      },
      () => {},
    );
  }, []);
  const params = {
    theme: panel.themeId,
    ratios,
    seed: Math.trunc(Number(seed)) || 0,
    reset,
    valid_from_train: fromTrain && !reset,
    annotator,
  };
  useEffect(() => {
    if (Math.abs(sum - 100) > 1e-6) {
      setPreview(null);
      setTrouble(
        `${shares.map((share) => Number(share)).join(" + ")} is ${Number(sum.toFixed(6))} %; the three shares must sum to 100 %.`,
      );
      return;
    }
    // An answer to what the fields no longer say is not shown: it would hide what is wrong with what they say now.
    let current = true;
    const timer = setTimeout(() => {
      panel.link.call("preview splits", params).then(
        ({ value }) => {
          if (!current) return;
          setPreview(value);
          setTrouble("");
        },
        (error) => {
          if (!current) return;
          setPreview(null);
          setTrouble(error.message);
        },
      );
    }, 150);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [shares.join(), seed, reset, fromTrain]);
  const assigned = preview ? SPLITS.reduce((sum, split) => sum + preview.assigned[split], 0) : 0;
  const taken = reset && preview ? preview.reset : 0;
  const moved = preview ? preview.moved : 0;
  const assign = async () => {
    const { value } = await panel.link.call("assign splits", params);
    panel.closeDialog();
    panel.notify(
      `Assigned ${SPLITS.map((split) => `${number(value.assigned[split])} ${split}`).join(", ")}.${taken > 0 ? ` ${plural(taken, "image")} had a split before.` : ""}${value.moved > 0 ? ` ${plural(value.moved, "image")} went from train to valid.` : ""}`,
    );
    await refreshCounts(panel);
    await reload(panel, { quiet: true });
  };
  const action =
    taken > 0
      ? `Reset and assign ${plural(assigned, "image")}`
      : moved > 0
        ? `${assigned > 0 ? `Assign ${number(assigned)}, move` : "Move"} ${plural(moved, "image")}`
        : `Assign ${plural(assigned, "image")}`;
  return (
    <Dialog
      panel={panel}
      title={`Splits of ${theme?.name}`}
      action={action}
      danger={taken > 0}
      disabled={assigned + moved === 0}
      onAction={assign}
      wide
    >
      <div class="wb-row">
        {SPLITS.map((split, index) => (
          <label key={split} class="wb-field">
            {`${split} %`}
            <input
              type="number"
              min={0}
              max={100}
              value={shares[index]}
              onInput={(/** @type {any} */ event) =>
                setShares(shares.map((share, at) => (at === index ? event.target.value : share)))
              }
            />
          </label>
        ))}
        <label class="wb-field">
          Seed
          <input type="number" value={seed} onInput={(/** @type {any} */ event) => setSeed(event.target.value)} />
        </label>
      </div>
      <p class="wb-faint">
        Only labeled images without a split get one, stratified by label. What is in valid or test stays there: no model
        is ever judged by what it learned from.
      </p>
      <label>
        <input
          type="checkbox"
          checked={reset}
          onChange={(/** @type {any} */ event) => setReset(event.target.checked)}
        />{" "}
        Take all splits away first. Results before and after cannot be compared; it is recorded in the history.
      </label>
      <label>
        <input
          type="checkbox"
          checked={fromTrain && !reset}
          disabled={reset}
          onChange={(/** @type {any} */ event) => setFromTrain(event.target.checked)}
        />{" "}
        Fill valid from train, for images that came with train and test only. Test stays as it is.
      </label>
      {trouble && (
        <p class="wb-warn" role="alert">
          {trouble}
        </p>
      )}
      {preview && <Preview preview={preview} />}
      {preview?.groups && <p class="wb-faint">{groupsText(preview.groups)}</p>}
      {preview && assigned + moved === 0 && <p>Every labeled image has a split already.</p>}
    </Dialog>
  );
}

/** What groups have a say in. @param {{number: number, joined: number, straddling: number, farthest: [string, string, number, number] | null}} groups */
function groupsText({ number: count, joined, straddling, farthest }) {
  const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(1)} %`;
  const parts = [`${plural(count, "group")} kept whole.`];
  if (joined) parts.push(`${plural(joined, "image")} join members that have a split.`);
  if (farthest) {
    const [label, split, asked, got] = farthest;
    parts.push(`Farthest from its share: ${percent(got)} of ${label} in ${split}, ${percent(asked)} asked for.`);
  }
  if (straddling) parts.push(`${number(straddling)} lie in several splits: the explore panel mends them.`);
  return parts.join(" ");
}

/** @param {{preview: any}} props */
function Preview({ preview }) {
  return (
    <table class="wb-counts" aria-label="Counts after this">
      <thead>
        <tr>
          <th>After this</th>
          {SPLITS.map((split) => (
            <th key={split}>{split}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {Object.entries(preview.counts).map(([label, counts]) => (
          <tr key={label}>
            <td>{label}</td>
            {SPLITS.map((split) => (
              <td key={split} class="wb-number">
                {number(/** @type {any} */ (counts)[split])}
              </td>
            ))}
          </tr>
        ))}
        <tr class="wb-new">
          <td>newly assigned</td>
          {SPLITS.map((split) => (
            <td
              key={split}
              class="wb-number"
            >{`${preview.assigned[split] > 0 ? "+" : ""}${number(preview.assigned[split])}`}</td>
          ))}
        </tr>
        {preview.moved > 0 && (
          <tr class="wb-new">
            <td>from train to valid</td>
            {[-preview.moved, preview.moved, 0].map((change, index) => (
              <td
                key={index}
                class="wb-number"
              >{`${change > 0 ? "+" : change < 0 ? "−" : ""}${number(Math.abs(change))}`}</td>
            ))}
          </tr>
        )}
      </tbody>
    </table>
  );
}
