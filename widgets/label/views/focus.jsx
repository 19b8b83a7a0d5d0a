import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { bytes, moment, number } from "../../shared/format.js";
import { showSample, step } from "../focusing.js";
import { accept, give } from "../keyboard.js";
import { present, presented, presentId } from "../presenting.js";
import { fitted, panned, zoomed } from "../viewport.js";
import { decisionName } from "../wording.js";
import { Guess } from "./answers.jsx";
import { Mark, Swatch } from "./mark.jsx";
import { nothingLeft, QueueSide } from "./queue.jsx";
import { ThumbView } from "./thumb.jsx";

/** @import { Desk } from "../desk.js" */
/** @import { Item } from "../types.js" */

const STRIP = 10;

/** One image large, with the labels beside it and the strip of neighbors below. @param {{desk: Desk}} props */
export function FocusView({ desk }) {
  const id = presentId(desk);
  const item = id === undefined ? undefined : desk.items.get(id);
  const stage = useRef(/** @type {HTMLDivElement | null} */ (null));
  useLayoutEffect(() => {
    desk.stage = stage.current;
    return () => {
      desk.stage = null;
    };
  }, []);
  useLayoutEffect(() => present(desk));
  return (
    <div ref={stage} class="wb-focus" tabIndex={0} data-main="" role="group">
      <div class="wb-focus-body">
        <div class="wb-focus-middle">
          {item ? <Line desk={desk} item={item} /> : null}
          <Frame desk={desk} id={id} />
        </div>
        <Keys desk={desk} item={item} />
      </div>
      <Strip desk={desk} />
    </div>
  );
}

/** Name, split and history of the image. @param {{desk: Desk, item: Item}} props */
function Line({ desk, item }) {
  const focus = desk.state.focus;
  const [history, setHistory] = useState("");
  useEffect(() => {
    setHistory("");
    if (item.second || (!item.at && !item.annotator)) return undefined;
    let left = false;
    // Only for an image that somebody rests on: a person in full flow does not read it.
    const timer = setTimeout(() => {
      const told = desk.link.call("history", { sample: item.id }).then(
        ({ value }) => toldHistory(value),
        () => "",
      );
      told.then((words) => !left && setHistory(words));
    }, 400);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [item.id, item.label, item.skipped]);
  const scale = desk.frame && focus ? Math.round((focus.viewport ?? fitted(item, desk.frame)).scale * 100) : 100;
  const first = desk.state.offset + (focus?.index ?? 0) - Math.max(0, focus?.ids.indexOf(desk.state.ids[0]) ?? 0) + 1;
  return (
    <div class="wb-line">
      <b class="wb-ellipsis" title={item.name}>
        {item.name}
      </b>
      <Mark desk={desk} item={item} />
      <Guess desk={desk} item={item} />
      <span class="wb-faint">{item.split ?? "no split"}</span>
      <span class="wb-faint">{`${item.width} × ${item.height}, ${bytes(item.size)}, ${scale} %`}</span>
      <span class="wb-faint wb-ellipsis wb-grow" title={history}>
        {history}
      </span>
      {!focus?.queue && <span class="wb-faint wb-number">{`${number(first)} of ${number(desk.state.total)}`}</span>}
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

/** The frame that holds the image; it flashes in the color of the label that was just given. @param {{desk: Desk, id: number | undefined}} props */
function Frame({ desk, id }) {
  const frame = useRef(/** @type {HTMLDivElement | null} */ (null));
  const picture = id === undefined ? undefined : desk.pictures.get(id);
  const focus = desk.state.focus;
  useLayoutEffect(() => {
    const node = frame.current;
    if (!node) return undefined;
    const watcher = new ResizeObserver(() => {
      desk.frame = { width: node.clientWidth, height: node.clientHeight };
      desk.changed();
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
      onWheel={(/** @type {WheelEvent} */ event) => onWheel(desk, event)}
      onPointerDown={(/** @type {PointerEvent} */ event) => onDrag(desk, event)}
      onDblClick={() => focus && desk.set({ focus: Object.assign(focus, { viewport: null }) })}
    >
      <div class="wb-holder" />
      {waits && (
        <div class="wb-wait">
          {picture?.error
            ? `Cannot be shown: ${picture.error}`
            : id === undefined && focus?.queue
              ? nothingLeft(desk)
              : id === undefined
                ? "That was the last image here. Escape returns to the overview."
                : "Loading this image …"}
        </div>
      )}
      {focus?.flash && <div key={`${id}`} class="wb-flash" style={{ "--wb-flash": focus.flash }} />}
      {desk.typing.active && <TypingBox desk={desk} />}
    </div>
  );
}

/** @param {{desk: Desk}} props */
export function TypingBox({ desk }) {
  const found = desk.typing.matches(desk.state.labels).slice(0, 6);
  return (
    <div class="wb-typing" role="status">
      <span>
        Label: <b>{desk.typing.text || "…"}</b>
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

/** @param {Desk} desk @param {WheelEvent} event */
function onWheel(desk, event) {
  const focus = desk.state.focus;
  const shown = presented(desk);
  if (!focus || !shown || !desk.frame) return;
  event.preventDefault();
  const box = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
  const factor = Math.exp(-Math.max(-100, Math.min(100, event.deltaY)) / 400);
  focus.viewport = zoomed(
    shown.view,
    factor,
    { x: event.clientX - box.left, y: event.clientY - box.top },
    shown.size,
    desk.frame,
  );
  desk.changed();
}

/** @param {Desk} desk @param {PointerEvent} event */
function onDrag(desk, event) {
  const focus = desk.state.focus;
  const node = /** @type {HTMLElement} */ (event.currentTarget);
  const shown = presented(desk);
  if (!focus || !shown || event.button !== 0) return;
  const from = { x: event.clientX, y: event.clientY };
  node.setPointerCapture(event.pointerId);
  node.onpointermove = (move) => {
    if (!desk.frame) return;
    focus.viewport = panned(shown.view, move.clientX - from.x, move.clientY - from.y, shown.size, desk.frame);
    desk.changed();
  };
  node.onlostpointercapture = () => {
    node.onpointermove = null;
    node.onlostpointercapture = null;
  };
}

/** The labels with their keys. @param {{desk: Desk, item: Item | undefined}} props */
function Keys({ desk, item }) {
  return (
    <div class="wb-keys">
      {desk.state.labels.map((label, index) => (
        <button
          key={label.id}
          type="button"
          class={`wb-label-key${item?.label === label.id ? " wb-on" : ""}`}
          aria-pressed={item?.label === label.id}
          tabIndex={-1}
          title={label.name}
          disabled={Boolean(desk.state.theme?.boxes)}
          onClick={() => give(desk, { label: label.id, skipped: false })}
        >
          <span class="wb-key">{index < 9 ? index + 1 : ""}</span>
          <Swatch color={label.color} />
          <span class="wb-ellipsis">{label.name}</span>
        </button>
      ))}
      {desk.review && (
        <button type="button" class="wb-label-key" tabIndex={-1} onClick={() => accept(desk)}>
          <span class="wb-key">A</span>Accept
        </button>
      )}
      <button
        type="button"
        class="wb-label-key"
        tabIndex={-1}
        onClick={() => give(desk, { label: null, skipped: false })}
      >
        <span class="wb-key">0</span>Clear
      </button>
      <button
        type="button"
        class="wb-label-key"
        tabIndex={-1}
        onClick={() => give(desk, { label: null, skipped: true })}
      >
        <span class="wb-key">S</span>Skip
      </button>
      <QueueSide desk={desk} item={item} />
    </div>
  );
}

/** What the last ten got, and the next ten. @param {{desk: Desk}} props */
function Strip({ desk }) {
  const focus = desk.state.focus;
  if (!focus) return null;
  const before = focus.ids.slice(Math.max(0, focus.index - STRIP), focus.index);
  const after = focus.ids.slice(focus.index, focus.index + STRIP + 1);
  // The present image stands in the middle, also when little lies before it.
  const blanks = Array.from({ length: STRIP - before.length }, (_, index) => (
    <span key={`blank-${index}`} class="wb-strip-cell" />
  ));
  /** @param {number} id */
  const cell = (id) => {
    const item = desk.items.get(id);
    return (
      <button
        key={id}
        type="button"
        tabIndex={-1}
        class={`wb-strip-cell${id === focus.ids[focus.index] ? " wb-current" : ""}`}
        title={item ? `${item.name}, ${decisionName(desk, item)}` : ""}
        aria-label={item ? `${item.name}, ${decisionName(desk, item)}` : "image"}
        onClick={() => {
          showSample(desk, id);
          desk.focusMain();
        }}
      >
        <ThumbView thumb={desk.thumbs.get(id)} side={44} />
        {item ? <Mark desk={desk} item={item} /> : null}
      </button>
    );
  };
  return (
    <div class="wb-strip">
      <button type="button" class="wb-arrow" aria-label="Previous image" tabIndex={-1} onClick={() => step(desk, -1)}>
        ‹
      </button>
      <div class="wb-strip-cells">
        {blanks}
        {before.map(cell)}
        {after.map(cell)}
      </div>
      <button type="button" class="wb-arrow" aria-label="Next image" tabIndex={-1} onClick={() => step(desk, 1)}>
        ›
      </button>
    </div>
  );
}
