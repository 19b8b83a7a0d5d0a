import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { bytes, moment, number } from "../../shared/format.js";
import { MiddleName } from "../../shared/middle_name.jsx";
import { KeyCap, Swatch } from "../../shared/swatch.jsx";
import { accept, applyDecision, labelByMouse } from "../commands.js";
import { showSample, step } from "../focus.js";
import { present, presented, presentId } from "../presenting.js";
import { fitted, panned, zoomed } from "../viewport.js";
import { decisionName } from "../wording.js";
import { ExplainedAnswer } from "./explained.jsx";
import { Hint } from "./hint.jsx";
import { Mark } from "./mark.jsx";
import { Prediction } from "./predictions.jsx";
import { nothingLeft, QueueSide } from "./queue.jsx";
import { SuggestedLabels } from "./suggested.jsx";
import { ThumbnailView } from "./thumbnail.jsx";

/** @import { LabelPanel } from "../state.js" */
/** @import { Sample } from "../messages.js" */

const STRIP = 10;

/** One image large, with the labels beside it and the strip of neighbors below. @param {{panel: LabelPanel}} props */
export function FocusView({ panel }) {
  const id = presentId(panel);
  const item = id === undefined ? undefined : panel.items.get(id);
  const stage = useRef(/** @type {HTMLDivElement | null} */ (null));
  useLayoutEffect(() => {
    panel.stage = stage.current;
    return () => {
      panel.stage = null;
    };
  }, []);
  useLayoutEffect(() => present(panel));
  return (
    <div ref={stage} class="wb-focus" tabIndex={0} data-main="" role="group">
      <div class="wb-focus-body">
        <div class="wb-focus-middle">
          {item ? <Line panel={panel} item={item} /> : null}
          <Frame panel={panel} id={id} />
        </div>
        <Keys panel={panel} item={item} />
      </div>
      <Strip panel={panel} />
    </div>
  );
}

/** Name, split and history of the image. @param {{panel: LabelPanel, item: Sample}} props */
function Line({ panel, item }) {
  const focus = panel.state.focus;
  const [history, setHistory] = useState("");
  useEffect(() => {
    setHistory("");
    if (item.second || (!item.at && !item.annotator)) return undefined;
    let left = false;
    // Only for an image that somebody rests on: a person in full flow does not read it.
    const timer = setTimeout(() => {
      const history = panel.link.call("history", { sample: item.id }).then(
        ({ value }) => toldHistory(value),
        () => "",
      );
      history.then((words) => !left && setHistory(words));
    }, 400);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [item.id, item.label, item.skipped]);
  const scale =
    panel.frame && focus
      ? Math.round((focus.viewport ?? fitted(item, panel.frame, panel.state.exact !== false)).scale * 100)
      : 100;
  const first = panel.state.offset + (focus?.index ?? 0) - Math.max(0, focus?.ids.indexOf(panel.state.ids[0]) ?? 0) + 1;
  return (
    <div class="wb-line">
      <b class="wb-ellipsis">
        <MiddleName name={item.name} />
      </b>
      <Mark panel={panel} item={item} />
      <Prediction panel={panel} item={item} />
      <span class="wb-faint">{item.split ?? "no split"}</span>
      <span class="wb-faint">{`${item.width} × ${item.height}, ${bytes(item.size)}, ${scale} %`}</span>
      <span class="wb-faint wb-ellipsis wb-grow" title={history}>
        {history}
      </span>
      {!item.second && (
        <button
          type="button"
          class="wb-link"
          tabIndex={-1}
          title="The runs that were trained or tested on this image, and what each model said of it"
          onClick={() => panel.set({ dialog: { name: "lineage", sample: item.id } })}
        >
          Models
        </button>
      )}
      {!focus?.queue && <span class="wb-faint wb-number">{`${number(first)} of ${number(panel.state.total)}`}</span>}
    </div>
  );
}

/** @param {any[]} events */
function toldHistory(events) {
  return events
    .map(({ action, source, annotator, at, after }) => {
      const what = action === "label" || action === "boxes" ? (after ?? "unlabeled") : `${action} ${after ?? "none"}`;
      return `${source === "undo" ? "undone to " : ""}${what} by ${annotator} ${moment(at)}`;
    })
    .join(" ← ");
}

/** The frame that holds the image; it flashes in the color of the label that was just given. @param {{panel: LabelPanel, id: number | undefined}} props */
function Frame({ panel, id }) {
  const frame = useRef(/** @type {HTMLDivElement | null} */ (null));
  const picture = id === undefined ? undefined : panel.images.get(id);
  const focus = panel.state.focus;
  useLayoutEffect(() => {
    const node = frame.current;
    if (!node) return undefined;
    const watcher = new ResizeObserver(() => {
      panel.frame = { width: node.clientWidth, height: node.clientHeight };
      panel.changed();
    });
    watcher.observe(node);
    return () => watcher.disconnect();
  }, []);
  const waits = !picture?.image;
  return (
    <div
      ref={frame}
      class="wb-frame"
      aria-busy={waits && !picture?.error}
      onWheel={(/** @type {WheelEvent} */ event) => onWheel(panel, event)}
      onPointerDown={(/** @type {PointerEvent} */ event) => onDrag(panel, event)}
      onDblClick={() => focus && panel.set({ focus: Object.assign(focus, { viewport: null }) })}
    >
      <div class="wb-holder" />
      {waits && (
        <div class="wb-wait">
          {picture?.error
            ? `Cannot be shown: ${picture.error}`
            : id === undefined && focus?.queue
              ? nothingLeft(panel)
              : id === undefined
                ? "That was the last image here. Escape returns to the overview."
                : "Loading this image …"}
        </div>
      )}
      {focus?.flash && <div key={`${id}`} class="wb-flash" style={{ "--wb-flash": focus.flash }} />}
      {panel.typing.active && <TypingBox panel={panel} />}
    </div>
  );
}

/** @param {{panel: LabelPanel}} props */
export function TypingBox({ panel }) {
  const found = panel.typing.matches(panel.state.labels).slice(0, 6);
  return (
    <div class="wb-typing" role="status">
      <span>
        Label: <b>{panel.typing.text || "…"}</b>
      </span>
      {found.map((label) => (
        <span key={label.id} class="wb-mark">
          <Swatch color={label.color} />
          {label.name}
        </span>
      ))}
    </div>
  );
}

/** @param {LabelPanel} panel @param {WheelEvent} event */
function onWheel(panel, event) {
  const focus = panel.state.focus;
  const shown = presented(panel);
  if (!focus || !shown || !panel.frame) return;
  event.preventDefault();
  const box = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
  const factor = Math.exp(-Math.max(-100, Math.min(100, event.deltaY)) / 400);
  focus.viewport = zoomed(
    shown.view,
    factor,
    { x: event.clientX - box.left, y: event.clientY - box.top },
    shown.size,
    panel.frame,
  );
  panel.changed();
}

/** @param {LabelPanel} panel @param {PointerEvent} event */
function onDrag(panel, event) {
  const focus = panel.state.focus;
  const node = /** @type {HTMLElement} */ (event.currentTarget);
  const shown = presented(panel);
  if (!focus || !shown || event.button !== 0) return;
  const from = { x: event.clientX, y: event.clientY };
  node.setPointerCapture(event.pointerId);
  node.onpointermove = (move) => {
    if (!panel.frame) return;
    focus.viewport = panned(shown.view, move.clientX - from.x, move.clientY - from.y, shown.size, panel.frame);
    panel.changed();
  };
  node.onlostpointercapture = () => {
    node.onpointermove = null;
    node.onlostpointercapture = null;
  };
}

/** The labels with their keys. @param {{panel: LabelPanel, item: Sample | undefined}} props */
function Keys({ panel, item }) {
  return (
    <div class="wb-keys">
      {panel.state.labels.map((label) => (
        <button
          key={label.id}
          type="button"
          class={`wb-label-key${item?.label === label.id ? " wb-on" : ""}`}
          aria-pressed={item?.label === label.id}
          tabIndex={-1}
          title={label.name}
          disabled={Boolean(panel.state.theme?.boxes)}
          onClick={() => labelByMouse(panel, label.id)}
        >
          <KeyCap of={label.key} />
          <Swatch color={label.color} />
          <span class="wb-ellipsis">{label.name}</span>
        </button>
      ))}
      {panel.review && (
        <button type="button" class="wb-label-key" tabIndex={-1} onClick={() => accept(panel)}>
          <KeyCap of={panel.state.labels.some(({ key }) => key === "a") ? "⌃⏎" : "A"} />
          Accept
        </button>
      )}
      <button
        type="button"
        class="wb-label-key"
        tabIndex={-1}
        onClick={() => applyDecision(panel, { label: null, skipped: false })}
      >
        <KeyCap of="⌫" />
        Clear
      </button>
      <button
        type="button"
        class="wb-label-key"
        tabIndex={-1}
        onClick={() => applyDecision(panel, { label: null, skipped: true })}
      >
        <KeyCap of="␣" />
        Skip
      </button>
      <ExplainedAnswer panel={panel} item={item} />
      <SuggestedLabels panel={panel} item={item} />
      <QueueSide panel={panel} item={item} />
      <Hint panel={panel} />
    </div>
  );
}

/** What the last ten got, and the next ten. @param {{panel: LabelPanel}} props */
function Strip({ panel }) {
  const focus = panel.state.focus;
  if (!focus) return null;
  const before = focus.ids.slice(Math.max(0, focus.index - STRIP), focus.index);
  const after = focus.ids.slice(focus.index, focus.index + STRIP + 1);
  // The present image stands in the middle, also when little lies before it.
  const blanks = Array.from({ length: STRIP - before.length }, (_, index) => (
    <span key={`blank-${index}`} class="wb-strip-cell" />
  ));
  /** @param {number} id */
  const cell = (id) => {
    const item = panel.items.get(id);
    return (
      <button
        key={id}
        type="button"
        tabIndex={-1}
        class={`wb-strip-cell${id === focus.ids[focus.index] ? " wb-current" : ""}`}
        title={item ? `${item.name}, ${decisionName(panel, item)}` : ""}
        aria-label={item ? `${item.name}, ${decisionName(panel, item)}` : "image"}
        onClick={() => {
          showSample(panel, id);
          panel.focusMain();
        }}
      >
        <ThumbnailView thumb={panel.thumbnails.get(id)} side={44} />
        {item ? <Mark panel={panel} item={item} /> : null}
      </button>
    );
  };
  return (
    <div class="wb-strip">
      <button type="button" class="wb-arrow" aria-label="Previous image" tabIndex={-1} onClick={() => step(panel, -1)}>
        ‹
      </button>
      <div class="wb-strip-cells">
        {blanks}
        {before.map(cell)}
        {after.map(cell)}
      </div>
      <button type="button" class="wb-arrow" aria-label="Next image" tabIndex={-1} onClick={() => step(panel, 1)}>
        ›
      </button>
    </div>
  );
}
