import { useEffect, useState } from "preact/hooks";
import { moment, number, plural } from "../../shared/format.js";
import { message, waitingText } from "../../shared/polling.js";
import { openTheme } from "../browsing.js";

/** @import { LabelPanel } from "../state.js" */
/** @import { ForkedTheme, Forks as Known } from "../messages.js" */

/** Themes that began as a state of this one, to be labeled apart, and their way back. @param {{panel: LabelPanel, state: string}} props */
export function Forks({ panel, state }) {
  const [known, setKnown] = useState(/** @type {Known | null} */ (null));
  const [trouble, setTrouble] = useState("");
  /** @param {unknown} error */
  const failed = (error) => setTrouble(message(error));
  const load = () => panel.link.call("forks", { theme: panel.themeId }).then(({ value }) => setKnown(value), failed);
  useEffect(() => {
    load();
  }, []);
  return (
    <section aria-label="Forks">
      <h3>Labeled apart</h3>
      {known?.origin && <Back panel={panel} fork={panel.themeId} origin={known.origin} onTrouble={failed} />}
      <NewFork panel={panel} state={state} onFork={load} onTrouble={failed} />
      {trouble && (
        <p class="wb-warn" role="alert">
          {trouble}
        </p>
      )}
      {known?.forks.map((fork) => (
        <div key={fork.id} class="wb-row">
          <Open panel={panel} theme={fork} />
          <span class="wb-faint">{`forked ${moment(fork.at)} by ${fork.annotator}`}</span>
          <Merging panel={panel} fork={fork.id} onTrouble={failed} />
        </div>
      ))}
    </section>
  );
}

/** @param {{panel: LabelPanel, fork: number, origin: ForkedTheme, onTrouble: (error: unknown) => void}} props */
function Back({ panel, fork, origin, onTrouble }) {
  return (
    <div class="wb-row">
      <span>{"A fork of "}</span>
      <Open panel={panel} theme={origin} />
      <span class="wb-faint">{`since ${moment(origin.at)}, by ${origin.annotator}`}</span>
      <Merging panel={panel} fork={fork} onTrouble={onTrouble} />
    </div>
  );
}

/** @param {{panel: LabelPanel, theme: ForkedTheme}} props */
function Open({ panel, theme }) {
  const open = () => {
    panel.closeDialog();
    openTheme(panel, theme.id);
  };
  return (
    <button type="button" class="wb-link" onClick={open}>
      {theme.name}
    </button>
  );
}

/** What a fork's decisions would do in the theme that it is of; then its button does that. @param {{panel: LabelPanel, fork: number, onTrouble: (error: unknown) => void}} props */
function Merging({ panel, fork, onTrouble }) {
  const [found, setFound] = useState(/** @type {{taken: number, conflicts: number, words: string} | null} */ (null));
  const [done, setDone] = useState(false);
  const [waiting, setWaiting] = useState(false);
  const { annotator } = panel.state;
  /** @param {boolean} only */
  const ask = async (only) => {
    setWaiting(true);
    try {
      const { value } = await panel.link.call("merge fork", { theme: fork, annotator, dry_run: only });
      setFound(value);
      setDone(!only);
    } catch (error) {
      onTrouble(error);
    }
    setWaiting(false);
  };
  const all = found ? found.taken + found.conflicts : 0;
  return (
    <>
      {!found && (
        <button type="button" disabled={waiting} onClick={() => ask(true)}>
          {waiting ? "Comparing …" : "Merge back …"}
        </button>
      )}
      {found && <span role="status">{found.words}</span>}
      {found && !done && all > 0 && (
        <button type="button" disabled={waiting} onClick={() => ask(false)}>
          {waiting
            ? waitingText("Bringing back …", panel.state.health, panel.state.progress)
            : `Bring back ${plural(found.taken, "decision")}${found.conflicts ? `, ask about ${number(found.conflicts)}` : ""}`}
        </button>
      )}
      {done && <span class="wb-faint">One undo there takes it back.</span>}
    </>
  );
}

/** @param {{panel: LabelPanel, state: string, onFork: () => void, onTrouble: (error: unknown) => void}} props */
function NewFork({ panel, state, onFork, onTrouble }) {
  const [name, setName] = useState("");
  const [waiting, setWaiting] = useState(false);
  const make = async () => {
    setWaiting(true);
    try {
      const { annotator } = panel.state;
      await panel.link.call("fork", { theme: panel.themeId, state, name: name.trim(), annotator });
      setName("");
      onFork();
    } catch (error) {
      onTrouble(error);
    }
    setWaiting(false);
  };
  return (
    <div class="wb-row">
      <label>
        {state ? "Fork the labels of that state as " : "Fork today's labels as "}
        <input
          type="text"
          placeholder={`${panel.state.theme?.name} apart`}
          maxLength={100}
          value={name}
          onInput={(/** @type {any} */ event) => setName(event.target.value)}
          onKeyDown={(/** @type {KeyboardEvent} */ event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            if (name.trim() && !waiting) make();
          }}
        />
      </label>
      <button type="button" disabled={!name.trim() || waiting} onClick={make}>
        {waiting ? waitingText("Forking …", panel.state.health, panel.state.progress) : "Fork"}
      </button>
    </div>
  );
}
