import { useRef } from "preact/hooks";
import { goRound, useFocus } from "../../shared/modal.js";
import { LOST } from "../../shared/watching.js";
import { countOff } from "../draft.js";
import { KEYS, VIEWS } from "../keys.js";
import { Controls } from "./controls.jsx";
import { Data } from "./data.jsx";
import { Side } from "./side.jsx";
import { Augmentation, Batch, Libraries, Splits, Steps } from "./views.jsx";

/** @import { Desk } from "../desk.js" */

const SHOWN = { steps: Steps, augmentation: Augmentation, splits: Splits, libraries: Libraries, batch: Batch };

/** The whole panel. @param {{desk: Desk}} props */
export function App({ desk }) {
  const { view, keys, yaml, askReload } = desk.state;
  return (
    <div class="wb-body">
      <Bar desk={desk} />
      <div class="wb-columns">
        <Side desk={desk} />
        <main class="wb-main">
          <Tabs desk={desk} />
          <div class="wb-scroll" role="tabpanel" aria-label={VIEWS.find((each) => each.view === view)?.name}>
            {view === "data" ? <Data desk={desk} /> : <Answer desk={desk} />}
          </div>
        </main>
        <Controls desk={desk} />
      </div>
      <Status desk={desk} />
      {keys && <Keys desk={desk} />}
      {yaml && <Yaml desk={desk} />}
      {askReload && <Reload desk={desk} />}
    </div>
  );
}

/** @param {{desk: Desk}} props */
function Bar({ desk }) {
  const { theme, sample, past } = desk.state;
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
      {desk.changed && <span class="wb-changed">changed</span>}
      <button type="button" disabled={past.length === 0} onClick={() => desk.undo()}>
        Undo
      </button>
      <button type="button" onClick={() => (desk.changed ? desk.set({ askReload: true }) : desk.reload())}>
        Load file
      </button>
      <button type="button" onClick={() => desk.copy()}>
        Copy as YAML
      </button>
      <button type="button" class="wb-primary" disabled={!desk.changed} onClick={() => desk.save()}>
        Save to auguments.yaml
      </button>
      <button type="button" aria-label="Keys" title="Keys" onClick={() => desk.set({ keys: true })}>
        ?
      </button>
    </header>
  );
}

/** @param {{desk: Desk}} props */
function Tabs({ desk }) {
  const { view, seed } = desk.state;
  const draws = view === "augmentation" || view === "splits" || view === "libraries" || view === "batch";
  return (
    <div class="wb-tools">
      <div
        class="wb-segments"
        role="tablist"
        aria-label="Views"
        onKeyDown={(/** @type {KeyboardEvent} */ event) => onTabKey(desk, event)}
      >
        {VIEWS.map((each) => (
          <button
            type="button"
            key={each.view}
            role="tab"
            tabIndex={view === each.view ? 0 : -1}
            aria-selected={view === each.view}
            onClick={() => desk.show(each.view)}
          >
            {each.name}
          </button>
        ))}
      </div>
      <span class="wb-grow" />
      {draws && <span class="wb-faint wb-number">{`seed ${seed}`}</span>}
      {draws && (
        <button type="button" onClick={() => desk.reroll()}>
          Roll again
        </button>
      )}
    </div>
  );
}

/** The arrows go from one view to the next, as in any row of tabs. @param {Desk} desk @param {KeyboardEvent} event */
function onTabKey(desk, event) {
  const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (by === 0) return;
  event.preventDefault();
  const at = VIEWS.findIndex((each) => each.view === desk.state.view) + by;
  const next = VIEWS[(at + VIEWS.length) % VIEWS.length];
  desk.show(next.view);
  /** @type {HTMLElement | undefined} */ (
    /** @type {HTMLElement} */ (event.currentTarget).children[VIEWS.indexOf(next)]
  )?.focus();
}

/** @param {{desk: Desk}} props */
function Answer({ desk }) {
  const { answer, view } = desk.state;
  if (!answer || answer.view !== view) return null;
  const Shown = SHOWN[/** @type {keyof typeof SHOWN} */ (view)];
  return <Shown desk={desk} answer={answer} />;
}

/** @param {{desk: Desk}} props */
function Status({ desk }) {
  const { problem, notice, health, waiting, draft } = desk.state;
  const off = draft ? countOff(draft) : 0;
  const said =
    health === "lost" ? (
      <span class="wb-warn">{LOST}</span>
    ) : health === "busy" ? (
      "No answer from the kernel yet; the picture follows."
    ) : waiting ? (
      "Working …"
    ) : (
      notice || (desk.changed ? "Not saved yet." : "As in auguments.yaml.")
    );
  return (
    <div class="wb-status" role="status">
      {problem ? <span class="wb-warn wb-problem">{problem}</span> : <span>{said}</span>}
      <span class="wb-grow" />
      {off > 0 && <span class="wb-faint">{`${off} switched off: left out when saving`}</span>}
    </div>
  );
}

/** @param {{desk: Desk, label: string, first?: string, children?: any}} props `first` selects what gets the focus. */
function Dialog({ desk, label, first = "button", children }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  useFocus(box, first);
  return (
    <div
      class="wb-veil"
      onMouseDown={(/** @type {Event} */ event) => event.target === event.currentTarget && desk.closeDialog()}
    >
      <div
        ref={box}
        class="wb-dialog"
        role="dialog"
        aria-modal="true"
        aria-label={label}
        tabIndex={-1}
        onKeyDown={(/** @type {KeyboardEvent} */ event) => goRound(event, box.current)}
      >
        <h3>{label}</h3>
        {children}
      </div>
    </div>
  );
}

/** @param {{desk: Desk}} props */
function Keys({ desk }) {
  return (
    <Dialog desk={desk} label="Keys">
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
        <button type="button" onClick={() => desk.closeDialog()}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

/** @param {{desk: Desk}} props */
function Yaml({ desk }) {
  const { yaml } = desk.state;
  return (
    <Dialog desk={desk} label="Settings as YAML" first="textarea">
      <textarea
        class="wb-yaml"
        readOnly
        aria-label="Settings as YAML"
        value={yaml}
        onFocus={(/** @type {any} */ event) => event.target.select()}
      />
      <div class="wb-row wb-right">
        <button type="button" onClick={() => desk.closeDialog()}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

/** @param {{desk: Desk}} props */
function Reload({ desk }) {
  return (
    <Dialog desk={desk} label="Load auguments.yaml?">
      <div>Your changes are not saved; loading the file drops them.</div>
      <div class="wb-row wb-right">
        <button type="button" onClick={() => desk.closeDialog()}>
          Keep my changes
        </button>
        <button type="button" class="wb-danger" onClick={() => desk.reload()}>
          Drop my changes and load
        </button>
      </div>
    </Dialog>
  );
}
