import { useRef, useState } from "preact/hooks";
import { LineageTable } from "../../shared/lineage.jsx";
import { keepTabInside, useFocus } from "../../shared/modal.js";
import { LOST } from "../../shared/polling.js";
import { Asked } from "../../shared/question.jsx";
import { countOff } from "../draft.js";
import { KEYS, VIEWS } from "../keys.js";
import { Controls } from "./controls.jsx";
import { Augmentation, Batch, Libraries, Splits, Steps } from "./previews.jsx";
import { Side } from "./side.jsx";
import { Data } from "./survey.jsx";

/** @import { ExplorePanel } from "../state.js" */

const SHOWN = { steps: Steps, augmentation: Augmentation, splits: Splits, libraries: Libraries, batch: Batch };

/** The whole panel. @param {{panel: ExplorePanel}} props */
export function App({ panel }) {
  const { view, keys, yaml } = panel.state;
  return (
    <div class="wb-body">
      <Bar panel={panel} />
      <div class="wb-columns">
        <Side panel={panel} />
        <main class="wb-main">
          <Tabs panel={panel} />
          <div
            class="wb-scroll"
            role="tabpanel"
            tabIndex={0}
            aria-label={VIEWS.find((each) => each.view === view)?.name}
          >
            {view === "data" ? <Data panel={panel} /> : <Answer panel={panel} />}
            {view !== "data" && panel.state.sample && panel.state.of === "images" && (
              <Models panel={panel} sample={panel.state.sample.id} />
            )}
          </div>
        </main>
        <Controls panel={panel} />
      </div>
      <Status panel={panel} />
      {keys && <Keys panel={panel} />}
      {yaml && <Yaml panel={panel} />}
      <Asked panel={panel} />
    </div>
  );
}

/** Who was trained or tested on the image that is looked at, once that is asked for. @param {{panel: ExplorePanel, sample: number}} props */
function Models({ panel, sample }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="wb-pad" onToggle={(/** @type {any} */ event) => setOpen(event.target.open)}>
      <summary>Models that know this image</summary>
      {open && <LineageTable link={panel.link} sample={sample} />}
    </details>
  );
}

/** @param {{panel: ExplorePanel}} props */
function Bar({ panel }) {
  const { theme, sample, past } = panel.state;
  return (
    <header class="wb-bar">
      <strong class="wb-ellipsis" title={theme}>
        {theme}
      </strong>
      {sample && (
        <span
          class="wb-ellipsis wb-faint"
          title={sample.name}
        >{`${sample.name}: ${sample.label || "unlabeled"}${sample.split ? `, ${sample.split}` : ""}`}</span>
      )}
      <span class="wb-grow" />
      {panel.changed && <span class="wb-changed">changed</span>}
      <button type="button" disabled={past.length === 0} onClick={() => panel.undo()}>
        Undo
      </button>
      <button type="button" onClick={() => panel.askReload()}>
        Load file
      </button>
      <button type="button" onClick={() => panel.copy()}>
        Copy as YAML
      </button>
      <button type="button" class="wb-primary" disabled={!panel.changed} onClick={() => panel.save()}>
        Save augmentation settings
      </button>
      <button type="button" aria-label="Keys" title="Keys" onClick={() => panel.set({ keys: true })}>
        ?
      </button>
    </header>
  );
}

/** @param {{panel: ExplorePanel}} props */
function Tabs({ panel }) {
  const { view, seed } = panel.state;
  const draws = view === "augmentation" || view === "splits" || view === "libraries" || view === "batch";
  return (
    <div class="wb-tools">
      <div
        class="wb-segments"
        role="tablist"
        aria-label="Views"
        onKeyDown={(/** @type {KeyboardEvent} */ event) => onTabKey(panel, event)}
      >
        {VIEWS.map((each) => (
          <button
            type="button"
            key={each.view}
            role="tab"
            tabIndex={view === each.view ? 0 : -1}
            aria-selected={view === each.view}
            onClick={() => panel.show(each.view)}
          >
            {each.name}
          </button>
        ))}
      </div>
      <span class="wb-grow" />
      {draws && <span class="wb-faint wb-number">{`seed ${seed}`}</span>}
      {draws && (
        <button type="button" onClick={() => panel.reroll()}>
          Roll again
        </button>
      )}
    </div>
  );
}

/** The arrows go from one view to the next, as in any row of tabs. @param {ExplorePanel} panel @param {KeyboardEvent} event */
function onTabKey(panel, event) {
  const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (by === 0) return;
  event.preventDefault();
  const at = VIEWS.findIndex((each) => each.view === panel.state.view) + by;
  const next = VIEWS[(at + VIEWS.length) % VIEWS.length];
  panel.show(next.view);
  /** @type {HTMLElement | undefined} */ (
    /** @type {HTMLElement} */ (event.currentTarget).children[VIEWS.indexOf(next)]
  )?.focus();
}

/** @param {{panel: ExplorePanel}} props */
function Answer({ panel }) {
  const { answer, view } = panel.state;
  if (!answer || answer.view !== view) return null;
  const Shown = SHOWN[/** @type {keyof typeof SHOWN} */ (view)];
  return <Shown panel={panel} answer={answer} />;
}

/** @param {{panel: ExplorePanel}} props */
function Status({ panel }) {
  const { problem, notice, health, waiting, draft } = panel.state;
  const off = draft ? countOff(draft) : 0;
  const said =
    health === "lost" ? (
      <span class="wb-warn">{LOST}</span>
    ) : health === "busy" ? (
      "No answer from the kernel yet; the picture follows."
    ) : waiting ? (
      "Working …"
    ) : (
      notice || (panel.changed ? "Not saved yet." : "As in the augmentation settings (auguments.yaml).")
    );
  return (
    <div class="wb-status" role="status">
      {problem ? <span class="wb-warn wb-problem">{problem}</span> : <span>{said}</span>}
      <span class="wb-grow" />
      {off > 0 && <span class="wb-faint">{`${off} switched off: left out when saving`}</span>}
    </div>
  );
}

/** @param {{panel: ExplorePanel, label: string, first?: string, children?: any}} props `first` selects what gets the focus. */
function Dialog({ panel, label, first = "button", children }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  useFocus(box, first);
  return (
    <div
      class="wb-veil"
      onMouseDown={(/** @type {Event} */ event) => event.target === event.currentTarget && panel.closeDialog()}
    >
      <div
        ref={box}
        class="wb-dialog"
        role="dialog"
        aria-modal="true"
        aria-label={label}
        tabIndex={-1}
        onKeyDown={(/** @type {KeyboardEvent} */ event) => keepTabInside(event, box.current)}
      >
        <h3>{label}</h3>
        {children}
      </div>
    </div>
  );
}

/** @param {{panel: ExplorePanel}} props */
function Keys({ panel }) {
  return (
    <Dialog panel={panel} label="Keys">
      <table>
        <tbody>
          {KEYS.map(([key, does]) => (
            <tr key={key}>
              <th scope="row">{key}</th>
              <td>{does}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div class="wb-row wb-right">
        <button type="button" onClick={() => panel.closeDialog()}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

/** @param {{panel: ExplorePanel}} props */
function Yaml({ panel }) {
  const { yaml } = panel.state;
  return (
    <Dialog panel={panel} label="Settings as YAML" first="textarea">
      <textarea
        class="wb-yaml"
        readOnly
        aria-label="Settings as YAML"
        value={yaml}
        onFocus={(/** @type {any} */ event) => event.target.select()}
      />
      <div class="wb-row wb-right">
        <button type="button" onClick={() => panel.closeDialog()}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
