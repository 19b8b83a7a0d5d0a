import { useRef, useState } from "preact/hooks";
import { Elsewhere } from "../shared/elsewhere.jsx";
import { number, percent, plural } from "../shared/format.js";
import { FullWindowButton } from "../shared/full_window_button.jsx";
import { MiddleName } from "../shared/middle_name.jsx";
import { keepTabInside, useFocus } from "../shared/modal.js";
import { HELP } from "./keys.js";

/** @import { BoxPanel } from "./state.js" */

const FILTERS = [
  ["all", "all images"],
  ["undecided", "undecided"],
  ["done", "done"],
  ["skipped", "skipped"],
];

/** The frame around the drawing area. @param {{panel: BoxPanel, stage: HTMLElement}} props */
export function App({ panel, stage }) {
  const { theme } = panel.get("heading");
  /** @param {HTMLElement | null} host */
  const hold = (host) => {
    if (host && stage.parentElement !== host) host.append(stage);
  };
  return (
    <>
      <Bar panel={panel} />
      {theme && <Tools panel={panel} />}
      <div class="wb-browse">
        {theme ? <Side panel={panel} /> : <p class="wb-nothing wb-grow">{panel.status}</p>}
        {/* The drawing area is not Preact's: it is put there once. */}
        <div class="wb-main" hidden={!theme} ref={hold} />
      </div>
      <Conflict panel={panel} />
      {theme && <Status panel={panel} />}
      {panel.help && <Help panel={panel} />}
      {panel.askName && <Name panel={panel} />}
    </>
  );
}

/** @param {{panel: BoxPanel}} props */
function Bar({ panel }) {
  const heading = panel.get("heading");
  const { theme } = heading;
  return (
    <div class="wb-bar">
      <ThemeChoice panel={panel} />
      {theme && <Progress heading={heading} />}
      <span class="wb-grow" />
      {theme && (
        <label class="wb-annotator">
          <span class="wb-faint">annotator </span>
          <input
            type="text"
            size={10}
            maxLength={100}
            value={heading.annotator}
            title="The name that is recorded with each of your boxes"
            onChange={(/** @type {any} */ event) => panel.ask("annotator", { annotator: event.target.value })}
          />
        </label>
      )}
      {theme && (
        <button type="button" title="Undo the last change (U)" onClick={() => panel.run("undo")}>
          Undo
        </button>
      )}
      <FullWindowButton root={panel.root} door={panel.get("door")} onChange={() => panel.draw()} />
      <button type="button" aria-label="Show the keys" title="Show the keys (?)" onClick={() => panel.showHelp(true)}>
        ?
      </button>
    </div>
  );
}

/** Who is here for the first time says who it is; nothing is drawn before. @param {{panel: BoxPanel}} props */
function Name({ panel }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [name, setName] = useState("");
  useFocus(box, "input");
  return (
    <div class="wb-veil">
      <div ref={box} class="wb-dialog" role="dialog" aria-modal="true" aria-label="Your name">
        <form
          onSubmit={(/** @type {Event} */ event) => {
            event.preventDefault();
            if (name.trim()) panel.setAnnotator(name.trim());
          }}
        >
          <h3>Your name</h3>
          <label class="wb-field">
            It is recorded with each of your boxes. You are asked once.
            <input
              type="text"
              value={name}
              maxLength={100}
              onInput={(/** @type {any} */ event) => setName(event.target.value)}
            />
          </label>
          <div class="wb-row wb-right">
            <button type="submit" class="wb-primary" disabled={!name.trim()}>
              Begin
            </button>
          </div>
        </form>
      </div>
    </div>
  );
}

/** @param {{panel: BoxPanel}} props */
function ThemeChoice({ panel }) {
  const { theme } = panel.get("heading");
  /** @type {string[]} */
  const themes = panel.get("themes");
  if (themes.length === 0 || (themes.length === 1 && themes[0] === theme)) return <b>{theme ?? "Boxes"}</b>;
  return (
    <select
      aria-label="Theme"
      value={theme ?? ""}
      onChange={(/** @type {any} */ event) => panel.ask("open", { theme: event.target.value })}
    >
      {!themes.includes(theme) && <option value={theme ?? ""}>{theme ?? "choose a theme"}</option>}
      {themes.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

/** @param {{heading: {samples?: number, submitted?: number, skipped?: number, boxes?: number}}} props */
function Progress({ heading }) {
  const { samples = 0, submitted = 0, skipped = 0, boxes = 0 } = heading;
  return (
    <>
      <span class="wb-number" data-count="progress">{`${number(submitted)} of ${plural(samples, "image")} done`}</span>
      <span
        class="wb-progress"
        role="progressbar"
        aria-label="Done"
        aria-valuenow={percent(submitted, samples)}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <span style={{ width: `${samples > 0 ? (100 * submitted) / samples : 0}%` }} />
      </span>
      <span class="wb-number wb-faint">{`${number(skipped)} skipped, ${plural(boxes, "box", "boxes")}`}</span>
    </>
  );
}

/** @param {{panel: BoxPanel}} props */
function Tools({ panel }) {
  const { name, position, samples, filter } = panel.get("heading");
  return (
    <div class="wb-tools">
      <button type="button" aria-label="Image before" title="Image before (Left)" onClick={() => panel.run("previous")}>
        ‹
      </button>
      <button type="button" aria-label="Image after" title="Image after (Right)" onClick={() => panel.run("next")}>
        ›
      </button>
      <select
        aria-label="Step through"
        value={filter}
        onChange={(/** @type {any} */ event) => panel.ask("filter", { state: event.target.value })}
      >
        {FILTERS.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
      <label class="wb-number">
        <input
          type="number"
          class="wb-goto"
          min={1}
          max={samples}
          value={position}
          aria-label="Go to image"
          onChange={(/** @type {any} */ event) => panel.ask("go", { position: Number(event.target.value) })}
        />
        {` of ${number(samples)}`}
      </label>
      <b class="wb-grow wb-ellipsis" data-name="">
        <MiddleName name={name ?? ""} />
      </b>
      <button type="button" title="Set it aside (Space)" onClick={() => panel.run("skip")}>
        Skip
      </button>
      <button
        type="button"
        class="wb-primary"
        title="The boxes are complete (Enter)"
        onClick={() => panel.run("submit")}
      >
        Submit
      </button>
    </div>
  );
}

/** The labels: key, color, name, how many boxes on this image and in all. @param {{panel: BoxPanel}} props */
function Side({ panel }) {
  const labels = panel.labels();
  return (
    <div class="wb-side">
      <div class="wb-head">
        <span>Labels</span>
        <span title="Boxes on this image, and on all">here · all</span>
      </div>
      {labels.map(({ name, key }, index) => (
        <Label key={name} panel={panel} name={name} keyName={key} index={index} />
      ))}
      <p class="wb-faint wb-hint">
        Drag to draw a box. Ctrl+Enter gives the selected box the chosen label, Delete removes it. ? lists all keys.
      </p>
    </div>
  );
}

/** @param {{panel: BoxPanel, name: string, keyName: string | null, index: number}} props */
function Label({ panel, name, keyName, index }) {
  const colors = panel.get("colors");
  const chosen = panel.surface.get("label") === name;
  const here = panel.surface.boxes.filter((box) => box.label === name).length;
  const all = number(panel.get("per_label")[name] ?? 0);
  return (
    <button
      type="button"
      class={`wb-facet${chosen ? " wb-on" : ""}`}
      data-label={name}
      aria-pressed={chosen}
      aria-label={`${name}, ${plural(here, "box", "boxes")} here, ${all} in all`}
      title={`Draw boxes of ${name}`}
      onClick={() => panel.surface.choose(name)}
    >
      <span class="wb-key">{keyName?.toUpperCase() ?? ""}</span>
      <span class="wb-swatch" style={{ background: colors[index % colors.length] }} />
      <span class="wb-ellipsis wb-grow">{name}</span>
      <span class="wb-number">{number(here)}</span>
      <span class="wb-number wb-faint wb-total">{all}</span>
    </button>
  );
}

/** @param {{panel: BoxPanel}} props */
function Conflict({ panel }) {
  const mine = panel.get("conflict").boxes;
  if (!mine) return null;
  const lost = `your ${plural(mine.length, "box", "boxes")} ${mine.length === 1 ? "was" : "were"} not saved`;
  return (
    <div class="wb-conflict" role="alert">
      <span>{`Somebody else changed this image; ${lost}. Theirs are shown.`}</span>
      <button type="button" onClick={() => panel.ask("overwrite")}>
        {`Use mine (${number(mine.length)})`}
      </button>
      <button type="button" onClick={() => panel.ask("keep theirs")}>
        Keep theirs
      </button>
    </div>
  );
}

/** @param {{panel: BoxPanel}} props */
function Status({ panel }) {
  return (
    <div class="wb-status">
      <span class={panel.health === "live" ? "" : "wb-warn"} data-health={panel.health} role="status">
        {health(panel)}
      </span>
      <span class="wb-faint wb-grow" data-said="" role="status">
        {panel.status}
      </span>
      {!panel.hasFocus && <Elsewhere onBack={() => panel.focus?.()} />}
    </div>
  );
}

/** @param {BoxPanel} panel */
function health(panel) {
  const unsaved = panel.unsaved.length;
  const wait = unsaved ? `${number(unsaved)} waiting` : "saved";
  const then = panel.journal.safe ? ", and what you drew is saved" : "; this browser keeps nothing, so draw it again";
  if (panel.health === "lost") return `${wait} · the kernel was restarted: run the cell again${unsaved ? then : ""}`;
  return panel.health === "busy" ? `${wait} · kernel busy` : wait;
}

/** @param {{panel: BoxPanel}} props */
function Help({ panel }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  useFocus(box, "button");
  const close = () => panel.showHelp(false);
  return (
    <div
      class="wb-veil"
      onMouseDown={(/** @type {MouseEvent} */ event) => event.target === event.currentTarget && close()}
    >
      <div
        ref={box}
        class="wb-dialog wb-wide"
        role="dialog"
        aria-modal="true"
        aria-label="Keys"
        onKeyDown={(/** @type {KeyboardEvent} */ event) => keepTabInside(event, box.current)}
      >
        <h3>Keys</h3>
        <div class="wb-dialog-body">
          <table>
            <tbody>
              {HELP.map(([keys, does]) => (
                <tr key={keys}>
                  <th scope="row">{keys}</th>
                  <td>{does}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <div class="wb-row wb-right">
          <button type="button" onClick={close}>
            Close
          </button>
        </div>
      </div>
    </div>
  );
}
