import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { number } from "../../shared/format.js";
import { Swatch } from "../../shared/swatch.jsx";
import {
  chooseMap,
  hoverAt,
  hoveredPoint,
  loadMap,
  METHOD_NAMES,
  mapWords,
  NO_IMAGE,
  panMap,
  seen,
  selectOnMap,
  setMap,
  zoomMap,
} from "../map.js";
import { GONE, MapDrawing, SELECTED, SHOWN } from "../map_drawing.js";
import { corners } from "../map_geometry.js";
import { decisionName } from "../wording.js";
import { PageKeys } from "./assist.jsx";
import { Menu } from "./menu.jsx";
import { ThumbnailView } from "./thumbnail.jsx";

/** @import { LabelPanel } from "../state.js" */
/** @import { ColorBy } from "../messages.js" */
/** @import { MapData } from "../map.js" */
/** @import { Point } from "../map_geometry.js" */

/** @type {[ColorBy, string][]} */
const COLORS = [
  ["label", "label"],
  ["suggestion", "suggestion"],
  ["correctness", "correctness"],
  ["split", "split"],
  ["annotator", "annotator"],
];
/** @type {["lasso" | "rectangle" | "move", string, string][]} */
const TOOLS = [
  ["lasso", "Lasso", "A line drawn around images selects them; with Shift, beside what is selected"],
  ["rectangle", "Rectangle", "A rectangle around images selects them; with Shift, beside what is selected"],
  ["move", "Move", "Drag the map; with the other tools the middle button, or Ctrl, does it"],
];
const SIDE = 120;
const SMALL = 48;
const REST_MS = 150;
/** A line that is shorter than this is a click. */
const SLIP = 5;

/** All images as points. @param {{panel: LabelPanel}} props */
export function MapView({ panel }) {
  const { map, selection } = panel.state;
  return (
    <div class="wb-assist wb-map">
      <div class="wb-assist-head">
        <b class="wb-grow wb-ellipsis" role="status" title={mapWords(map, selection.size)}>
          {mapWords(map, selection.size)}
        </b>
        <MapTools panel={panel} />
      </div>
      <div class="wb-assist-body">
        <div class="wb-map-main">
          <Frame panel={panel} />
          <Preview panel={panel} />
        </div>
        <MapSide panel={panel} />
        <PageKeys panel={panel} />
      </div>
    </div>
  );
}

/** @param {{panel: LabelPanel}} props */
function MapTools({ panel }) {
  const { map } = panel.state;
  return (
    <span class="wb-row">
      {map.left > 0 && !map.making && map.shown !== "pca" && (
        <button type="button" title="Images that came since the map was made" onClick={() => loadMap(panel, true)}>
          {`Add ${number(map.left)} new`}
        </button>
      )}
      <div class="wb-segments" role="group" aria-label="How the map is made">
        {map.methods.map((method) => (
          <button
            key={method}
            type="button"
            aria-pressed={method === map.shown}
            onClick={() => chooseMap(panel, { method, data: null })}
          >
            {METHOD_NAMES[method]}
          </button>
        ))}
      </div>
      <Menu
        name="Colored by"
        value={map.by}
        choices={COLORS}
        onChoose={(/** @type {any} */ by) => chooseMap(panel, { by })}
      />
      <div class="wb-segments" role="group" aria-label="What a drag does">
        {TOOLS.map(([tool, name, title]) => (
          <button
            key={tool}
            type="button"
            title={title}
            aria-pressed={map.tool === tool}
            onClick={() => chooseMap(panel, { tool })}
          >
            {name}
          </button>
        ))}
      </div>
      <label title="What is decided already is not selected with the others">
        <input
          type="checkbox"
          checked={map.onlyOpen}
          onChange={() => setMap(panel, { onlyOpen: !panel.state.map.onlyOpen })}
        />
        {" only undecided"}
      </label>
    </span>
  );
}

/** @param {{panel: LabelPanel}} props */
function Frame({ panel }) {
  const { map, selection } = panel.state;
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const surface = useRef(/** @type {Surface | null} */ (null));
  useEffect(() => {
    const node = /** @type {HTMLDivElement} */ (box.current);
    const observer = new ResizeObserver(() => {
      panel.mapFrame = { width: node.clientWidth, height: node.clientHeight };
      panel.changed();
    });
    observer.observe(node);
    // A wheel that is only listened to would scroll the notebook as well.
    /** @param {WheelEvent} event */
    const wheel = (event) => {
      event.preventDefault();
      zoomMap(panel, 1.002 ** -event.deltaY, pointIn(node, event));
    };
    node.addEventListener("wheel", wheel, { passive: false });
    try {
      surface.current = new Surface(/** @type {HTMLCanvasElement} */ (canvas.current));
    } catch (error) {
      setMap(panel, { trouble: /** @type {Error} */ (error).message });
    }
    panel.changed();
    return () => {
      observer.disconnect();
      node.removeEventListener("wheel", wheel);
      surface.current?.close();
    };
  }, []);
  useLayoutEffect(() => surface.current?.show(panel));
  const count = map.data?.ids.length ?? 0;
  const shape = map.corner && map.cross ? corners(map.corner, map.cross) : map.drawn;
  const hovered = hoveredPoint(panel);
  return (
    <div
      ref={box}
      class={`wb-map-frame wb-${map.tool}`}
      role="group"
      aria-roledescription="map"
      aria-label={`Map of ${number(count)} images. Arrows move, Shift with arrows selects a rectangle, Enter selects what is looked at.`}
      aria-busy={!map.data || map.making}
      data-points={count}
      data-selected={selection.size}
      tabIndex={0}
      data-main=""
      onPointerDown={(/** @type {PointerEvent} */ event) => drag(panel, event)}
      onPointerMove={(/** @type {PointerEvent} */ event) =>
        event.buttons === 0 && hoverAt(panel, pointIn(/** @type {HTMLElement} */ (event.currentTarget), event))
      }
    >
      <canvas ref={canvas} />
      <svg aria-hidden="true">
        {shape.length > 1 && <polygon points={shape.map(({ x, y }) => `${x},${y}`).join(" ")} />}
        {hovered && <circle cx={hovered.x} cy={hovered.y} r={9} />}
        {map.cross && <path d={`M${map.cross.x - 10},${map.cross.y}h20M${map.cross.x},${map.cross.y - 10}v20`} />}
      </svg>
    </div>
  );
}

/** Draws when something has changed, and only then. */
class Surface {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.drawing = new MapDrawing(canvas);
    this.canvas = canvas;
    /** @type {unknown[]} */
    this.drawn = [];
    /** @type {Float32Array | null} */
    this.points = null;
    /** @type {unknown[]} */
    this.colored = [];
    /** @type {unknown[]} */
    this.marked = [];
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.resting = undefined;
  }

  /** @param {LabelPanel} panel */
  show(panel) {
    const { map, selection } = panel.state;
    const { data, groups } = map;
    if (!data || panel.mapFrame.width === 0) return;
    const view = seen(panel);
    const faint = getComputedStyle(this.canvas).color;
    const now = [data.points, data.codes, groups, selection, view.x, view.y, view.scale, faint, panel.mapFrame];
    if (same(now, this.drawn)) return;
    // What the hand moves follows it at once; all of it is drawn when it rests.
    const moving = this.drawn.length > 0 && same(now.slice(0, 4), this.drawn.slice(0, 4));
    this.drawn = now;
    if (this.points !== data.points) this.drawing.setPoints(data.points);
    this.points = data.points;
    const colored = [data.codes, groups, faint];
    if (!same(colored, this.colored)) this.drawing.setColors(colorsOf(data, groups, faint));
    this.colored = colored;
    const marked = [data.codes, selection];
    if (!same(marked, this.marked)) this.drawing.setKinds(kindsOf(data, selection.ids));
    this.marked = marked;
    clearTimeout(this.resting);
    if (this.drawing.draw(view, panel.mapFrame, selection.size > 0, moving)) return;
    this.resting = setTimeout(() => {
      this.drawn = [];
      panel.changed();
    }, REST_MS);
  }

  close() {
    clearTimeout(this.resting);
    this.drawing.close();
  }
}

/** @param {unknown[]} one @param {unknown[]} other */
function same(one, other) {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}

/** @param {MapData} data @param {{color: string | null}[]} groups @param {string} faint The color of what is undecided. */
function colorsOf(data, groups, faint) {
  const context = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  const palette = groups.map(({ color }) => {
    // Whatever way of writing a color the theme has: it is read from a pixel.
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color ?? faint;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, color ? 230 : Math.min(alpha, 150)];
  });
  const colors = new Uint8Array(4 * data.codes.length);
  for (let index = 0; index < data.codes.length; index++)
    colors.set(palette[data.codes[index]] ?? palette[0] ?? [128, 128, 128, 120], 4 * index);
  return colors;
}

/** @param {MapData} data @param {ReadonlySet<number>} selected */
function kindsOf(data, selected) {
  const kinds = new Uint8Array(data.codes.length);
  for (let index = 0; index < kinds.length; index++)
    kinds[index] =
      data.codes[index] === NO_IMAGE ? GONE : selected.size > 0 && selected.has(data.ids[index]) ? SELECTED : SHOWN;
  return kinds;
}

/** Draw a line around images, a rectangle, or move the map. @param {LabelPanel} panel @param {PointerEvent} event */
function drag(panel, event) {
  const box = /** @type {HTMLElement} */ (event.currentTarget);
  const { tool } = panel.state.map;
  const moves = event.button === 1 || (event.button === 0 && (event.ctrlKey || event.metaKey || tool === "move"));
  if (!moves && event.button !== 0) return;
  event.preventDefault();
  box.focus({ preventScroll: true });
  box.setPointerCapture(event.pointerId);
  const from = pointIn(box, event);
  let last = from;
  /** @type {Point[]} */
  let line = [from];
  box.onpointermove = (move) => {
    const at = pointIn(box, move);
    if (moves) panMap(panel, at.x - last.x, at.y - last.y);
    else {
      line = tool === "rectangle" ? corners(from, at) : [...line, at];
      setMap(panel, { drawn: line, cross: null, corner: null });
    }
    last = at;
  };
  box.onpointerup = box.onpointercancel = (up) => {
    box.onpointermove = box.onpointerup = box.onpointercancel = null;
    const slipped = line.every(({ x, y }) => Math.abs(x - from.x) < SLIP && Math.abs(y - from.y) < SLIP);
    if (moves || up.type === "pointercancel") return setMap(panel, { drawn: [] });
    if (!slipped) return selectOnMap(panel, line, event.shiftKey);
    setMap(panel, { drawn: [], cross: from, corner: null });
    hoverAt(panel, from);
    panel.run({ name: event.shiftKey ? "toggle" : "only" });
  };
}

/** @param {HTMLElement} box @param {{clientX: number, clientY: number}} event @returns {Point} */
function pointIn(box, event) {
  const { left, top } = box.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
}

/** Some of what is selected: nobody labels what he has not seen. @param {{panel: LabelPanel}} props */
function Preview({ panel }) {
  const { map, selection } = panel.state;
  return (
    <div class="wb-map-preview" role="group" aria-label="Some of the selected images">
      {selection.size === 0 && <span class="wb-faint">What you select is shown here.</span>}
      {map.preview.map((id) => (
        <span key={id} title={panel.items.get(id)?.name} data-sample={id}>
          <ThumbnailView thumb={panel.thumbnails.get(id)} side={SMALL} />
        </span>
      ))}
    </div>
  );
}

/** What the colors mean, and the image that is looked at. @param {{panel: LabelPanel}} props */
function MapSide({ panel }) {
  const { map } = panel.state;
  const id = map.data?.ids[map.hover];
  const item = id === undefined ? undefined : panel.items.get(id);
  return (
    <div class="wb-map-side">
      <ul aria-label="What the colors mean">
        {map.groups
          .filter(({ count }, at) => count > 0 || at === 0)
          .map(({ name, color, count }) => (
            <li key={name}>
              <Swatch color={color ?? "var(--wb-faint)"} />
              <span class="wb-ellipsis wb-grow" title={name}>
                {name}
              </span>
              <span class="wb-number wb-faint">{number(count)}</span>
            </li>
          ))}
      </ul>
      <div class="wb-map-hover" role="status">
        {id !== undefined && <ThumbnailView thumb={panel.thumbnails.get(id)} side={SIDE} />}
        {item && (
          <>
            <span class="wb-ellipsis" title={item.name}>
              {item.name}
            </span>
            <span class="wb-faint wb-ellipsis">{decisionName(panel, item)}</span>
          </>
        )}
      </div>
    </div>
  );
}
