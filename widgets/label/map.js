import { number, plural } from "../shared/format.js";
import { hasAssist } from "./assist.js";
import { reload } from "./browsing.js";
import { decideSelected, undo } from "./edits.js";
import { EVERYTHING } from "./filters.js";
import { side, takeItems } from "./items.js";
import { cellsOf, inside, nearest, onMap, onScreen, pannedMap, whole, zoomedMap } from "./map_geometry.js";
import { Selection } from "./selection.js";

/** @import { LabelPanel } from "./state.js" */
/** @import { ColorBy, Decision, MapGroup } from "./messages.js" */
/** @import { Cells, MapView, Point } from "./map_geometry.js" */

/**
 * All images as points: what is alike lies together, a lasso selects a cloud, and a key labels it.
 *
 * @typedef {object} MapData Everything by point.
 * @property {string} name
 * @property {Float64Array} ids
 * @property {Float32Array} points
 * @property {Cells} cells
 * @property {Uint16Array} codes The group of each point.
 * @property {Uint8Array} open Whether nobody has decided about it.
 *
 * @typedef {object} ThemeMap
 * @property {string} method The one that is asked for.
 * @property {string} shown The one that is shown.
 * @property {string[]} methods
 * @property {ColorBy} by
 * @property {"lasso" | "rectangle" | "move"} tool
 * @property {boolean} onlyOpen Whether a lasso takes only what nobody has decided about.
 * @property {MapData | null} data
 * @property {MapGroup[]} groups
 * @property {MapView | null} view Null shows all of it.
 * @property {Point | null} cross Where the keys are.
 * @property {Point | null} corner Where the rectangle of the keys began.
 * @property {number} hover The point that is looked at, -1 for none.
 * @property {Point[]} drawn The lasso, while it is drawn.
 * @property {number[]} preview Some of the samples that are selected.
 * @property {boolean} making
 * @property {number} left How many images are not on it.
 * @property {string} trouble
 */

/** The code of a point whose image was deleted. */
export const NO_IMAGE = 65535;
/** @type {Record<string, string>} */
export const METHOD_NAMES = { pca: "PCA", tsne: "t-SNE", umap: "UMAP" };
const EVERY_MS = 1000;
const REACH = 10;
const STEP = 16;
const PREVIEW = 24;
/** The ids of what is selected travel to the kernel, and wait in the browser until they are there. */
const MOST_SELECTED = 200_000;
const HOVER_MS = 70;
const TRIES = 10;

/** @returns {ThemeMap} */
export function noMap() {
  return {
    method: "auto",
    shown: "",
    methods: [],
    by: "label",
    tool: "lasso",
    onlyOpen: true,
    data: null,
    groups: [],
    view: null,
    cross: null,
    corner: null,
    hover: -1,
    drawn: [],
    preview: [],
    making: false,
    left: 0,
    trouble: "",
  };
}

/** @param {LabelPanel} panel @param {Partial<ThemeMap>} patch */
export function setMap(panel, patch) {
  panel.set({ map: { ...panel.state.map, ...patch } });
}

/** Show the map, or return to the overview. @param {LabelPanel} panel */
export async function toggleMap(panel) {
  const { state } = panel;
  if (state.view === "map") return closeMap(panel);
  if (!hasAssist(panel)) return;
  panel.images.clear();
  const { method, by, tool, onlyOpen } = state.map;
  panel.set({
    view: "map",
    focus: null,
    notice: null,
    selection: state.selection.none(),
    map: { ...noMap(), method, by, tool, onlyOpen },
  });
  await loadMap(panel);
}

/** @param {LabelPanel} panel */
export function closeMap(panel) {
  panel.typing.close();
  const { method, by, tool, onlyOpen } = panel.state.map;
  panel.set({
    view: panel.state.browse,
    selection: panel.state.selection.none(),
    map: { ...noMap(), method, by, tool, onlyOpen },
  });
  reload(panel);
}

/** Follow what is decided, and a map that is being made. @param {LabelPanel} panel @param {AbortSignal} signal */
export function followMap(panel, signal) {
  const timer = setInterval(() => {
    const { view, map, health } = panel.state;
    if (view !== "map" || document.hidden || health !== "live") return;
    // Another map does not come under a line that is being drawn, or a selection.
    const busy = map.drawn.length > 0 || panel.state.selection.size > 0;
    if ((map.making && !busy) || !map.data) loadMap(panel);
    else if (!panel.mapColored.fresh || panel.mapColored.since !== panel.feed.since) loadColors(panel);
  }, EVERY_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
}

/** Read the map. @param {LabelPanel} panel @param {boolean} [renew] Whether it is to be made where images are missing. */
export async function loadMap(panel, renew = false) {
  const { theme, map } = panel.state;
  if (!theme || panel.mapAsked) return;
  panel.mapAsked = true;
  try {
    const params = { theme: theme.id, method: map.method, renew, known: map.data?.name ?? "" };
    const { value, buffers } = await panel.link.call("map", params);
    if (panel.state.view !== "map" || panel.state.theme !== theme) return;
    const { methods, making, left, trouble } = value;
    /** @type {Partial<ThemeMap>} */
    const patch = { methods, making, left, trouble, shown: value.method };
    if (buffers.length > 0) {
      const points = new Float32Array(copied(buffers[1]));
      const ids = new Float64Array(copied(buffers[0]));
      const data = {
        name: value.name,
        ids,
        points,
        cells: cellsOf(points),
        codes: new Uint16Array(ids.length),
        open: new Uint8Array(ids.length),
      };
      panel.mapDecided = new Map();
      Object.assign(patch, { data, groups: [], hover: -1, drawn: [], view: null });
    }
    setMap(panel, patch);
    if (buffers.length > 0) await loadColors(panel);
  } catch (error) {
    setMap(panel, { trouble: error instanceof Error ? error.message : String(error) });
  } finally {
    panel.mapAsked = false;
  }
}

/** Read what colors the points. @param {LabelPanel} panel */
export async function loadColors(panel) {
  const { theme, map } = panel.state;
  const { data, by } = map;
  if (!theme || !data || panel.coloring === by) return;
  panel.coloring = by;
  const { since } = panel.feed;
  const { mapDecided } = panel;
  try {
    const { value, buffers } = await panel.link.call("map colors", { theme: theme.id, name: data.name, by });
    const now = panel.state.map;
    if (now.data?.name !== data.name || now.by !== by) return;
    panel.mapColored = { since, fresh: value.fresh };
    const codes = new Uint16Array(copied(buffers[0]));
    const open = new Uint8Array(copied(buffers[1]));
    // What was decided here since it was asked, or is not learned yet, is newer.
    if (value.fresh && panel.waiting === 0 && panel.mapDecided === mapDecided) panel.mapDecided = new Map();
    for (const [index, [group, undecided]] of panel.mapDecided) {
      open[index] = undecided;
      if (by === "label" && group >= 0) codes[index] = group;
    }
    setMap(panel, { data: { ...now.data, codes, open }, groups: value.groups });
  } catch {
    // The kernel knows another map by now: it is read once more.
    if (panel.state.view === "map") setMap(panel, { data: null });
  } finally {
    if (panel.coloring === by) panel.coloring = "";
  }
}

/** Bytes that stand by themselves: what comes with a message may begin anywhere. @param {DataView} content @returns {ArrayBuffer} */
function copied(content) {
  const { buffer, byteOffset, byteLength } = content;
  return /** @type {ArrayBuffer} */ (buffer).slice(byteOffset, byteOffset + byteLength);
}

/** @param {LabelPanel} panel @param {Partial<ThemeMap>} choice */
export function chooseMap(panel, choice) {
  setMap(panel, choice);
  if (choice.method) loadMap(panel);
  if (choice.by) loadColors(panel);
}

/** What is seen of the map. @param {LabelPanel} panel */
export function seen(panel) {
  return panel.state.map.view ?? whole(panel.mapFrame);
}

/** @param {MapData} data @returns {(index: number) => boolean} */
function there(data) {
  return (index) => data.codes[index] !== NO_IMAGE;
}

/** Look at the point that is nearest to a place of the frame. @param {LabelPanel} panel @param {Point} at */
export function hoverAt(panel, at) {
  const { data, hover } = panel.state.map;
  if (!data) return;
  const view = seen(panel);
  const found = nearest(data.points, data.cells, onMap(view, at, panel.mapFrame), REACH / view.scale, there(data));
  if (found === hover) return;
  setMap(panel, { hover: found });
  clearTimeout(panel.hoverTimer);
  if (found >= 0) panel.hoverTimer = setTimeout(() => fetchShown(panel, [data.ids[found]]), HOVER_MS);
}

/** Select what a line drawn around it holds, with `add` beside what was selected. @param {LabelPanel} panel @param {Point[]} line @param {boolean} [add] */
export function selectOnMap(panel, line, add = false) {
  const { map, selection } = panel.state;
  const { data } = map;
  if (!data) return;
  const view = seen(panel);
  const polygon = line.map((point) => onMap(view, point, panel.mapFrame));
  const all = inside(data.points, data.cells, polygon, there(data));
  const taken = map.onlyOpen ? all.filter((index) => data.open[index] === 1) : all;
  choose(
    panel,
    taken.map((index) => data.ids[index]),
    add ? selection.ids : [],
  );
  if (taken.length < all.length)
    panel.notify(
      `${plural(all.length - taken.length, "image")} within the line ${all.length - taken.length === 1 ? "is" : "are"} decided, and not selected.`,
    );
}

/** @param {LabelPanel} panel @param {Iterable<number>} ids @param {Iterable<number>} kept */
function choose(panel, ids, kept) {
  const chosen = new Set([...kept, ...ids]);
  if (chosen.size > MOST_SELECTED)
    return panel.notify(
      `${number(chosen.size)} images are more than can be labeled at once on the map (${number(MOST_SELECTED)}): zoom in.`,
    );
  const list = [...chosen];
  const step = Math.max(1, list.length / PREVIEW);
  const preview = list
    .filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
    .slice(0, PREVIEW);
  panel.set({
    notice: null,
    selection: new Selection(chosen, null),
    map: { ...panel.state.map, drawn: [], preview },
  });
  fetchShown(panel, preview);
}

/** Fetch what is said of some samples, and their thumbnails. @param {LabelPanel} panel @param {number[]} ids */
async function fetchShown(panel, ids) {
  const wanted = ids.filter((id) => !panel.items.has(id) || panel.thumbnails.get(id) === undefined);
  const { theme } = panel.state;
  if (wanted.length === 0 || !theme) return;
  try {
    const params = {
      theme: theme.id,
      where: { ...EVERYTHING, ids: wanted },
      limit: wanted.length,
      side: side(panel),
    };
    const answer = await panel.link.call("browse", params);
    takeItems(panel, answer.value.page.items, { ...answer, value: { sheet: answer.value.sheet } });
    let left = answer.value.sheet?.left ?? [];
    for (let tries = 0; left.length > 0 && tries < TRIES && panel.state.view === "map"; tries++) {
      const more = await panel.link.call("sheet", { ids: left, side: side(panel) });
      takeItems(panel, [], { ...more, value: { sheet: more.value.sheet && { ...more.value.sheet, left: [] } } });
      left = more.value.sheet?.left ?? [];
    }
    panel.changed();
  } catch (error) {
    panel.notifyError(error);
  }
}

/** Give a decision to what is selected. @param {LabelPanel} panel @param {Decision} to @returns {string} Why it cannot be, or nothing. */
export function decideOnMap(panel, to) {
  const { selection, map } = panel.state;
  const { data } = map;
  if (!data || selection.size === 0)
    return "Nothing is selected: draw a line around images, or hold Shift with the arrows.";
  const coming = map.preview.filter((id) => panel.thumbnails.get(id) === undefined).length;
  if (coming > 0 && to.label !== null)
    return `${plural(coming, "selected image is", "selected images are")} not painted yet.`;
  const label = panel.label(to.label);
  // Groups of labels come behind “not labeled” and “skipped”.
  const group = label ? map.groups.findIndex(({ name }, at) => at > 1 && name === label.name) : to.skipped ? 1 : 0;
  const undecided = to.label === null && !to.skipped ? 1 : 0;
  panel.mapDecided = new Map(panel.mapDecided);
  data.ids.forEach((id, index) => {
    if (!selection.ids.has(id)) return;
    panel.mapDecided.set(index, [group, undecided]);
    data.open[index] = undecided;
    if (map.by === "label" && group >= 0) data.codes[index] = group;
  });
  panel.mapColored = { since: -1, fresh: false };
  setMap(panel, { preview: [], corner: null, data: { ...data, codes: data.codes.slice() } });
  decideSelected(panel, to);
  return "";
}

/** Move what the keys are at; with `extend` select the rectangle from where that began. @param {LabelPanel} panel @param {string} to @param {boolean} extend */
export function moveOnMap(panel, to, extend) {
  const { width, height } = panel.mapFrame;
  const { map } = panel.state;
  const from = map.cross ?? { x: width / 2, y: height / 2 };
  const [dx, dy] = { left: [-STEP, 0], right: [STEP, 0], up: [0, -STEP], down: [0, STEP] }[to] ?? [0, 0];
  const cross = { x: Math.min(width, Math.max(0, from.x + dx)), y: Math.min(height, Math.max(0, from.y + dy)) };
  const corner = extend ? (map.corner ?? from) : null;
  setMap(panel, { cross, corner });
  if (corner) selectOnMap(panel, [corner, { x: cross.x, y: corner.y }, cross, { x: corner.x, y: cross.y }]);
  hoverAt(panel, cross);
}

/** Select the point that is looked at beside the others, or not. @param {LabelPanel} panel */
export function toggleOnMap(panel) {
  const { map, selection } = panel.state;
  const id = map.data?.ids[map.hover];
  if (id === undefined) return;
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  choose(panel, ids, []);
}

/** Select everything that is in sight. @param {LabelPanel} panel */
export function selectInSight(panel) {
  const { width, height } = panel.mapFrame;
  selectOnMap(panel, [
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: width, y: height },
    { x: 0, y: height },
  ]);
}

/** Take back the last edit. @param {LabelPanel} panel */
export function undoOnMap(panel) {
  panel.mapDecided = new Map();
  panel.mapColored = { since: -1, fresh: false };
  undo(panel);
}

/** Zoom about a place of the frame, by default where the keys are. @param {LabelPanel} panel @param {number} by @param {Point} [at] */
export function zoomMap(panel, by, at) {
  const { width, height } = panel.mapFrame;
  const about = at ?? panel.state.map.cross ?? { x: width / 2, y: height / 2 };
  setMap(panel, { view: zoomedMap(seen(panel), by, about, panel.mapFrame), corner: null });
}

/** @param {LabelPanel} panel @param {number} dx @param {number} dy */
export function panMap(panel, dx, dy) {
  setMap(panel, { view: pannedMap(seen(panel), dx, dy) });
}

/** Where the point that is looked at is shown. @param {LabelPanel} panel @returns {Point | null} */
export function hoveredPoint(panel) {
  const { data, hover } = panel.state.map;
  if (!data || hover < 0) return null;
  return onScreen(seen(panel), data.points[2 * hover], data.points[2 * hover + 1], panel.mapFrame);
}

/** What the map shows, or waits for. @param {ThemeMap} map @param {number} selected @returns {string} */
export function mapWords(map, selected) {
  if (map.trouble) return map.trouble;
  if (!map.data) return "The map is being read …";
  if (selected > 0) return `${plural(selected, "image")} selected: press the key of a label.`;
  const wanted = METHOD_NAMES[map.method] ?? METHOD_NAMES[map.methods[map.methods.length - 1]];
  if (map.making && wanted !== METHOD_NAMES[map.shown])
    return `${METHOD_NAMES[map.shown]}, until ${wanted} is computed. Draw a line around images to select them.`;
  return `${plural(map.data.ids.length, "image")}. Draw a line around some to select them.`;
}
