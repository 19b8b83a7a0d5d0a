import { Elsewhere } from "../../shared/elsewhere.jsx";
import { number, plural } from "../../shared/format.js";
import { FullWindowButton } from "../../shared/full_window_button.jsx";
import { InstructionsButton, InstructionsView } from "../../shared/instructions.jsx";
import { MiddleName } from "../../shared/middle_name.jsx";
import { message } from "../../shared/polling.js";
import { ProgressBar } from "../../shared/progress_bar.jsx";
import { KeyCap, Swatch } from "../../shared/swatch.jsx";
import { UploadLine } from "../../shared/upload_line.jsx";
import { bringsFiles, chooseFiles, droppedFiles } from "../../shared/uploads.js";
import { Dialogs } from "./dialogs.jsx";
import { Hint } from "./hint.jsx";
import { Overview } from "./overview.jsx";

/** @import { Label } from "../../shared/messages.js" */
/** @import { BoxPanel } from "../state.js" */

const FILTERS = [
  ["all", "all images"],
  ["undecided", "undecided"],
  ["done", "done"],
  ["skipped", "skipped"],
];

/** The frame around the drawing area. @param {{panel: BoxPanel, stage: HTMLElement}} props */
export function App({ panel, stage }) {
  const { theme, samples } = panel.get("heading");
  const missing = !theme || !samples || panel.labels().length === 0;
  /** @param {HTMLElement | null} host */
  const hold = (host) => {
    if (host && stage.parentElement !== host) host.append(stage);
  };
  return (
    <div class="wb-body" {...dropping(panel)}>
      <Bar panel={panel} />
      {theme && <Tools panel={panel} />}
      <div class="wb-browse">
        {theme && <Side panel={panel} />}
        {missing && <Missing panel={panel} />}
        {!missing && panel.view === "overview" && <Overview panel={panel} />}
        {/* The drawing area is not Preact's: it is put there once. */}
        <div class="wb-main" hidden={missing || panel.view !== "image"} ref={hold} />
        <InstructionsView beside={panel.instructions} labels={panel.labels()} onEdit={() => panel.open("edit theme")} />
      </div>
      <Conflict panel={panel} />
      {panel.upload && (
        <UploadLine
          upload={panel.upload}
          onStop={() => panel.draw()}
          onClose={() => {
            panel.upload = null;
            panel.draw();
          }}
        />
      )}
      <Status panel={panel} />
      {panel.dropping && <div class="wb-drop">Drop images or folders to add them</div>}
      <Dialogs panel={panel} />
    </div>
  );
}

/** What a theme needs before boxes can be drawn. @param {{panel: BoxPanel}} props */
function Missing({ panel }) {
  const { theme, samples } = panel.get("heading");
  if (!theme)
    return (
      <div class="wb-nothing wb-grow">
        <p>{panel.status}</p>
        <button type="button" class="wb-primary" onClick={() => panel.open("theme")}>
          New theme of boxes
        </button>
      </div>
    );
  return (
    <div class="wb-nothing wb-grow">
      {!samples && (
        <>
          <p>This theme has no images yet. Drop files or a folder here, or choose them:</p>
          <div class="wb-row wb-middle-row">
            <AddImages panel={panel} />
          </div>
        </>
      )}
      {panel.labels().length === 0 && (
        <>
          <p>It has no labels yet: what are the boxes to be drawn around?</p>
          <button type="button" onClick={() => panel.open("labels")}>
            Edit labels
          </button>
        </>
      )}
    </div>
  );
}

/** @param {{panel: BoxPanel}} props */
function AddImages({ panel }) {
  /** @param {boolean} folder */
  const add = (folder) => chooseFiles(folder, (files) => panel.addFiles(files));
  return (
    <>
      <button type="button" onClick={() => add(false)}>
        Add images
      </button>
      <button type="button" onClick={() => add(true)}>
        Add folder
      </button>
    </>
  );
}

/** @param {BoxPanel} panel */
function dropping(panel) {
  /** @param {DragEvent} event @param {boolean} over */
  const drag = (event, over) => {
    if (!panel.get("heading").theme || !bringsFiles(event)) return false;
    event.preventDefault();
    event.stopPropagation();
    if (panel.dropping !== over) {
      panel.dropping = over;
      panel.draw();
    }
    return true;
  };
  return {
    onDragOver: (/** @type {DragEvent} */ event) => drag(event, true),
    onDragLeave: (/** @type {DragEvent} */ event) =>
      !panel.root?.contains(/** @type {Node | null} */ (event.relatedTarget)) && drag(event, false),
    onDrop: (/** @type {DragEvent} */ event) => {
      if (drag(event, false) && event.dataTransfer)
        droppedFiles(event.dataTransfer).then((files) => panel.addFiles(files));
    },
  };
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
      {theme && <InstructionsButton beside={panel.instructions} />}
      <FullWindowButton root={panel.root} door={panel.get("door")} onChange={() => panel.draw()} />
      <button type="button" aria-label="Show the keys" title="Show the keys (?)" onClick={() => panel.open("help")}>
        ?
      </button>
    </div>
  );
}

/** @param {{panel: BoxPanel}} props */
function ThemeChoice({ panel }) {
  const { theme } = panel.get("heading");
  /** @type {string[]} */
  const themes = panel.get("themes");
  return (
    <>
      {themes.length === 0 || (themes.length === 1 && themes[0] === theme) ? (
        <b>{theme ?? "Boxes"}</b>
      ) : (
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
      )}
      {theme && (
        <button type="button" title="Create another theme of boxes" onClick={() => panel.open("theme")}>
          New theme
        </button>
      )}
    </>
  );
}

/** @param {{heading: {samples?: number, submitted?: number, skipped?: number, boxes?: number}}} props */
function Progress({ heading }) {
  const { samples = 0, submitted = 0, skipped = 0, boxes = 0 } = heading;
  return (
    <>
      <span class="wb-number" data-count="progress">{`${number(submitted)} of ${plural(samples, "image")} done`}</span>
      <ProgressBar name="Done" done={submitted} total={samples} />
      <span class="wb-number wb-faint">{`${number(skipped)} skipped, ${plural(boxes, "box", "boxes")}`}</span>
    </>
  );
}

/** @param {{panel: BoxPanel}} props */
function Tools({ panel }) {
  const { name } = panel.get("heading");
  const overview = panel.view === "overview";
  return (
    <div class="wb-tools">
      <div class="wb-segments" role="group" aria-label="View">
        <button type="button" aria-pressed={!overview} title="One image (Enter)" onClick={() => panel.showImage()}>
          Image
        </button>
        <button
          type="button"
          aria-pressed={overview}
          title="All images at a glance (Escape)"
          onClick={() => panel.showOverview()}
        >
          Overview
        </button>
      </div>
      {overview ? <Pages panel={panel} /> : <Steps panel={panel} />}
      <select
        aria-label="Step through"
        value={panel.filter}
        onChange={(/** @type {any} */ event) => panel.ask("filter", { state: event.target.value })}
      >
        {FILTERS.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
      {!overview && (
        <b class="wb-grow wb-ellipsis" data-name="">
          <MiddleName name={name ?? ""} />
        </b>
      )}
      {overview && <span class="wb-grow" />}
      {overview ? <AddImages panel={panel} /> : <Decide panel={panel} />}
    </div>
  );
}

/** @param {{panel: BoxPanel}} props */
function Steps({ panel }) {
  const { position, samples } = panel.get("heading");
  return (
    <>
      <button type="button" aria-label="Image before" title="Image before (Left)" onClick={() => panel.run("previous")}>
        ‹
      </button>
      <button type="button" aria-label="Image after" title="Image after (Right)" onClick={() => panel.run("next")}>
        ›
      </button>
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
        {` of ${number(samples ?? 0)}`}
      </label>
    </>
  );
}

/** @param {{panel: BoxPanel}} props */
function Pages({ panel }) {
  const { overview, filter } = panel;
  const { before, images, total } = overview;
  /** @param {number} step */
  const turn = (step) => overview.turn(filter, step).catch((error) => panel.say(message(error)));
  return (
    <>
      <button type="button" aria-label="Page before" disabled={!overview.has(-1)} onClick={() => turn(-1)}>
        ‹
      </button>
      <button type="button" aria-label="Page after" disabled={!overview.has(1)} onClick={() => turn(1)}>
        ›
      </button>
      <span class="wb-number" data-range="">
        {images.length === 0
          ? plural(total, "image")
          : `${number(before + 1)} to ${number(before + images.length)} of ${plural(total, "image")}`}
      </span>
    </>
  );
}

/** @param {{panel: BoxPanel}} props */
function Decide({ panel }) {
  const nothing = !panel.get("sample");
  return (
    <>
      <button
        type="button"
        title="The runs that were trained or tested on these boxes, and what each model said of them"
        disabled={nothing}
        onClick={() => panel.open("lineage")}
      >
        Models
      </button>
      <button type="button" title="Set it aside (Space)" disabled={nothing} onClick={() => panel.run("skip")}>
        Skip
      </button>
      <button
        type="button"
        class="wb-primary"
        title="The boxes are complete (Enter)"
        disabled={nothing}
        onClick={() => panel.run("submit")}
      >
        Submit
      </button>
    </>
  );
}

/** The labels: key, color, name, how many boxes on this image and in all. @param {{panel: BoxPanel}} props */
function Side({ panel }) {
  return (
    <div class="wb-side">
      <div class="wb-head">
        <span>Labels</span>
        <span title="Boxes on this image, and on all">here · all</span>
      </div>
      {panel.labels().map((label) => (
        <LabelRow key={label.id} panel={panel} label={label} />
      ))}
      <button type="button" class="wb-link" onClick={() => panel.open("labels")}>
        Edit labels
      </button>
      <Hint panel={panel} />
    </div>
  );
}

/** @param {{panel: BoxPanel, label: Label}} props */
function LabelRow({ panel, label: { name, key, color } }) {
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
      <KeyCap of={key} />
      <Swatch color={color} />
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
      {!panel.hasFocus && <Elsewhere onBack={() => panel.focusMain()} />}
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
