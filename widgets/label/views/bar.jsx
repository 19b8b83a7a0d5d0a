import { duration, number, plural } from "../../shared/format.js";
import { FullWindowButton } from "../../shared/full_window_button.jsx";
import { InstructionsButton } from "../../shared/instructions.jsx";
import { ProgressBar } from "../../shared/progress_bar.jsx";
import { TypedInput } from "../../shared/typed_input.jsx";
import { closePages } from "../assist.js";
import { goHome } from "../browsing.js";
import { run } from "../commands.js";
import { closeMap } from "../map.js";
import { closeQueue } from "../queue.js";
import { pace, setAnnotator, timeLeft } from "../sitting.js";
import { ON_BOXES } from "../wording.js";
import { AssistBar } from "./assist.jsx";
import { TeamButtons } from "./queue.jsx";

/** @import { LabelPanel } from "../state.js" */

/** The bar: the theme, how far it is, the pace, the annotator, undo and help. @param {{panel: LabelPanel}} props */
export function Bar({ panel }) {
  const { state } = panel;
  const home = state.view === "home";
  return (
    <div class="wb-bar">
      {home || panel.gallery ? (
        <b>{home ? "Themes" : state.theme?.name}</b>
      ) : (
        <button
          type="button"
          class="wb-theme"
          title={`${state.theme?.name}: show all themes`}
          onClick={() => leave(panel)}
        >
          <span aria-hidden="true">‹ </span>
          <b>{state.theme?.name}</b>
        </button>
      )}
      {!home && <Progress panel={panel} />}
      <AssistBar panel={panel} />
      <span class="wb-grow" />
      <Annotator panel={panel} />
      {!home && !panel.gallery && <TeamButtons panel={panel} />}
      {!home && (
        <button type="button" onClick={() => run(panel, { name: "undo" })} title="Undo the last change (U)">
          Undo
        </button>
      )}
      {!home && <InstructionsButton beside={panel.instructions} />}
      <FullWindowButton
        root={panel.root}
        door={panel.model.get("door")}
        onChange={() => {
          panel.changed();
          panel.focusMain();
        }}
      />
      <button
        type="button"
        aria-label="Show the keys"
        title="Show the keys (?)"
        onClick={() => panel.set({ dialog: { name: "help" } })}
      >
        ?
      </button>
    </div>
  );
}

/** @param {LabelPanel} panel */
function leave(panel) {
  if (panel.state.focus?.queue) closeQueue(panel);
  if (panel.state.view === "assist") closePages(panel);
  if (panel.state.view === "map") closeMap(panel);
  goHome(panel);
}

/** @param {{panel: LabelPanel}} props */
function Progress({ panel }) {
  const counts = panel.countsNow();
  const total = counts.total();
  const boxes = panel.state.theme?.boxes;
  if (boxes)
    return (
      <>
        <span class="wb-number" data-count="boxes">{`${plural(total, "image")}, ${plural(
          Object.values(boxes).reduce((a, b) => a + b, 0),
          "box",
          "boxes",
        )}`}</span>
        <span class="wb-faint wb-ellipsis" title={ON_BOXES}>
          {ON_BOXES}
        </span>
      </>
    );
  const labeled = counts.total({ state: "labeled" });
  const skipped = counts.total({ state: "skipped" });
  const { sitting } = panel.state;
  const rate = pace(sitting);
  const left = timeLeft(sitting, total - labeled - skipped);
  const said = [`${number(sitting.images)} in this sitting`];
  if (rate !== null) said.push(`${number(rate)}/h`);
  if (left !== null) said.push(`${duration(left)} left`);
  return (
    <>
      <span class="wb-number" data-count="labeled">{`${number(labeled)} of ${number(total)} labeled`}</span>
      <ProgressBar name="Labeled" done={labeled} total={total} />
      {/* Where the panel is narrow this gives way, not the buttons beside it. */}
      {sitting.images > 0 && (
        <span
          class="wb-number wb-faint wb-ellipsis wb-pace"
          title={["Labeled in this sitting; images an hour, over the last minutes of work; time left", ...said].join(
            "\n",
          )}
        >
          {said.join("  ")}
        </span>
      )}
    </>
  );
}

/** @param {{panel: LabelPanel}} props */
function Annotator({ panel }) {
  return (
    <label class="wb-annotator">
      <span class="wb-faint">annotator </span>
      <TypedInput
        type="text"
        value={panel.state.annotator}
        size={10}
        maxLength={100}
        title="The name that is recorded with each of your decisions"
        onTyped={(text, input) => {
          // What was handed out was for the other one.
          if (panel.state.focus?.queue) closeQueue(panel);
          input.value = setAnnotator(panel, text);
        }}
        onKeyDown={(/** @type {KeyboardEvent} */ event) => event.key === "Enter" && panel.focusMain()}
      />
    </label>
  );
}
