import { useState } from "preact/hooks";
import { Dialog } from "../../shared/dialog.jsx";
import { number, plural, share } from "../../shared/format.js";
import { LabelsDialog as EditLabels } from "../../shared/labels_dialog.jsx";
import { NameDialog as YourName } from "../../shared/name_dialog.jsx";
import { Swatch } from "../../shared/swatch.jsx";
import { comeBackAs, refreshCounts, reload } from "../browsing.js";
import { acceptThese } from "../commands.js";
import { deleteSamples } from "../edits.js";
import { showCurrent } from "../focus.js";
import { HELP } from "../keys.js";
import { labelEditor } from "../label_editor.js";
import { acceptable, leastCertain, REVIEW_HELP } from "../review.js";
import { setAnnotator } from "../sitting.js";
import { ForecastView } from "./forecast.jsx";
import { LineageDialog } from "./lineage_dialog.jsx";
import { SplitsDialog } from "./splits_dialog.jsx";
import { StatesDialog } from "./states_dialog.jsx";
import { TeamDialog } from "./team_dialog.jsx";
import { DeleteThemeDialog, ThemeDialog } from "./theme_dialog.jsx";

/** @import { LabelPanel } from "../state.js" */
/** @import { Where } from "../messages.js" */

/** @type {Record<string, (props: {panel: LabelPanel, dialog: any}) => any>} */
const DIALOGS = {
  accept: AcceptDialog,
  help: HelpDialog,
  name: NameDialog,
  "delete samples": DeleteDialog,
  move: MoveDialog,
  statistics: StatisticsDialog,
  theme: ThemeDialog,
  "delete theme": DeleteThemeDialog,
  labels: LabelsDialog,
  splits: SplitsDialog,
  states: StatesDialog,
  team: TeamDialog,
  lineage: LineageDialog,
};

/** The dialog that is open, if any. @param {{panel: LabelPanel}} props */
export function Dialogs({ panel }) {
  const { dialog } = panel.state;
  if (!dialog) return null;
  const Shown = DIALOGS[dialog.name];
  return <Shown key={dialog.name} panel={panel} dialog={dialog} />;
}

/** @param {{panel: LabelPanel}} props */
function NameDialog({ panel }) {
  /** @param {string} name */
  const begin = (name) => {
    setAnnotator(panel, name);
    panel.closeDialog();
    comeBackAs(panel);
  };
  return <YourName panel={panel} what="decisions" onName={begin} />;
}

/** @param {{panel: LabelPanel}} props */
function LabelsDialog({ panel }) {
  const { labels, theme } = panel.state;
  return <EditLabels panel={panel} theme={theme?.name ?? ""} labels={labels} editor={labelEditor(panel)} />;
}

/** @param {{panel: LabelPanel}} props */
function HelpDialog({ panel }) {
  const help = panel.review ? [...REVIEW_HELP, ...HELP] : HELP;
  const groups = [...new Set(help.map(([group]) => group))];
  return (
    <Dialog panel={panel} title="Keys" wide>
      <div class="wb-help">
        {groups.map((group) => (
          <section key={group}>
            <h4>{group}</h4>
            <dl>
              {help
                .filter(([other]) => other === group)
                .map(([, keys, does]) => (
                  <div key={keys}>
                    <dt>
                      <kbd>{keys}</kbd>
                    </dt>
                    <dd>{does}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

/** @param {{panel: LabelPanel, dialog: {ids: number[] | null, where: Where | null, count: number}}} props */
function DeleteDialog({ panel, dialog }) {
  const what = plural(dialog.count, "image");
  return (
    <Dialog
      panel={panel}
      title={`Delete ${what}?`}
      action={`Delete ${what}`}
      danger
      onAction={() => {
        panel.closeDialog();
        deleteSamples(panel, dialog.ids, dialog.where);
        // A key that is pressed now must meet the image that it goes to.
        showCurrent(panel);
      }}
    >
      <p>They leave the theme and its counts. Their files and history are kept, and Undo brings them back.</p>
    </Dialog>
  );
}

/** What of a page that one does not see whole is accepted. @param {{panel: LabelPanel, dialog: {ids: number[]}}} props */
function AcceptDialog({ panel, dialog }) {
  const [least, setLeast] = useState(/** @type {number} */ (panel.recall("least", 0)));
  const pairs = acceptable(panel, dialog.ids, least / 100);
  const lowest = leastCertain(pairs);
  const what = plural(pairs.length, "prediction");
  return (
    <Dialog
      panel={panel}
      title="Accept predictions of this page"
      action={`Accept ${what}`}
      disabled={pairs.length === 0}
      onAction={() => {
        panel.remember("least", least);
        panel.closeDialog();
        acceptThese(panel, dialog.ids, least / 100);
      }}
    >
      <label>
        {"Those that the model is sure of to at least "}
        <input
          type="number"
          min={0}
          max={100}
          value={least}
          aria-label="Least certainty in percent"
          onInput={(/** @type {any} */ event) => setLeast(Math.max(0, Math.min(100, Number(event.target.value) || 0)))}
        />
        {" %"}
      </label>
      <p>
        {lowest === null
          ? "The model is that sure of none of them."
          : `${what}, not all of them in sight; the least certain: ${share(lowest)}.`}
      </p>
    </Dialog>
  );
}

/** @param {{panel: LabelPanel, dialog: {split: string}}} props */
function MoveDialog({ panel, dialog }) {
  const { selection, where, annotator } = panel.state;
  const what = plural(selection.size, "image");
  return (
    <Dialog
      panel={panel}
      title={`Move ${what} to a split`}
      action={`Move to ${dialog.split}`}
      onAction={async () => {
        const everything = selection.matching !== null;
        const { value } = await panel.link.call("move to split", {
          theme: panel.themeId,
          split: dialog.split,
          annotator,
          ids: everything ? null : [...selection.ids],
          where: everything ? where : null,
        });
        panel.closeDialog();
        const parts = [`${plural(value.moved, "image")} moved to ${dialog.split}`];
        if (value.straddling > 0)
          parts.push(
            `${number(value.straddling)} stay with their group, which has images in another split: move the whole group`,
          );
        if (value.refused > 0)
          parts.push(
            `${number(value.refused)} refused: what is in valid or test stays there, so that no model is judged by what it learned from`,
          );
        if (value.unlabeled > 0) parts.push(`${number(value.unlabeled)} have no label yet`);
        if (value.unchanged > 0) parts.push(`${number(value.unchanged)} were there already`);
        panel.notify(`${parts.join("; ")}.`);
        await refreshCounts(panel);
        await reload(panel, { quiet: true });
      }}
    >
      <div class="wb-row" role="radiogroup" aria-label="Split">
        {["train", "valid", "test"].map((split) => (
          <label key={split}>
            <input
              type="radio"
              name="split"
              checked={split === dialog.split}
              onChange={() => panel.set({ dialog: { ...dialog, name: "move", split } })}
            />
            {` ${split}`}
          </label>
        ))}
      </div>
      <p class="wb-faint">Images in valid or test are never moved; images without a label get no split.</p>
    </Dialog>
  );
}

/** @param {{panel: LabelPanel}} props */
function StatisticsDialog({ panel }) {
  const counts = panel.countsNow();
  const { boxes } = panel.state.theme ?? {};
  if (boxes) return <BoxStatistics panel={panel} boxes={boxes} />;
  const splits = ["train", "valid", "test", "none"];
  const rows = panel.state.labels.map((label) => ({
    label,
    numbers: splits.map((split) => counts.total({ label: label.id, split })),
  }));
  const total = Math.max(1, counts.total({ state: "labeled" }));
  return (
    <Dialog panel={panel} title={`Statistics of ${panel.state.theme?.name}`} wide>
      <table class="wb-counts">
        <thead>
          <tr>
            {["Label", "Images", "Share", ...splits.map((split) => (split === "none" ? "no split" : split))].map(
              (name) => (
                <th key={name}>{name}</th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, numbers }) => {
            const sum = numbers.reduce((a, b) => a + b, 0);
            return (
              <tr key={label.id}>
                <td>
                  <Swatch color={label.color} /> {label.name}
                </td>
                <td class="wb-number">{number(sum)}</td>
                <td class="wb-number">{`${((100 * sum) / total).toFixed(1)} %`}</td>
                {numbers.map((value, index) => (
                  <td key={index} class="wb-number">
                    {number(value)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      <p class="wb-faint">{`${plural(counts.total(), "image")}, ${number(counts.total({ state: "labeled" }))} labeled, ${number(counts.total({ state: "unlabeled" }))} unlabeled, ${number(counts.total({ state: "skipped" }))} skipped; ${number(panel.state.sitting.images)} labeled in this sitting.`}</p>
      <ForecastView panel={panel} />
    </Dialog>
  );
}

/** @param {{panel: LabelPanel, boxes: Record<string, number>}} props */
function BoxStatistics({ panel, boxes }) {
  const total = Math.max(
    1,
    Object.values(boxes).reduce((a, b) => a + b, 0),
  );
  return (
    <Dialog panel={panel} title={`Statistics of ${panel.state.theme?.name}`}>
      <table class="wb-counts">
        <thead>
          <tr>
            {["Label", "Boxes", "Share"].map((name) => (
              <th key={name}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {panel.state.labels.map((label) => {
            const count = boxes[label.id] ?? 0;
            return (
              <tr key={label.id}>
                <td>
                  <Swatch color={label.color} /> {label.name}
                </td>
                <td class="wb-number">{number(count)}</td>
                <td class="wb-number">{`${((100 * count) / total).toFixed(1)} %`}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p class="wb-faint">{`${plural(panel.countsNow().total(), "image")} in all. notebooks/01_label_boxes.ipynb tells how many are done.`}</p>
    </Dialog>
  );
}
