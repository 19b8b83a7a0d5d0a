import { plural } from "../shared/format.js";
import { plainKey } from "../shared/label_keys.js";
import { acceptSuggested, closePages, labelPage, leavePage, mark, moveOnPage, togglePages } from "./assist.js";
import { load, nextPage, turnPage } from "./browsing.js";
import { decide, decideSelected, decisionOf, NOTHING, same, undo } from "./edits.js";
import { advance, closeFocus, openFocus, showSample, step } from "./focus.js";
import { command, moved, ONCE } from "./keys.js";
import {
  closeMap,
  decideOnMap,
  moveOnMap,
  selectInSight,
  setMap,
  toggleMap,
  toggleOnMap,
  undoOnMap,
  zoomMap,
} from "./map.js";
import { painted, presented } from "./presenting.js";
import { answer, closeQueue, toggleQueue } from "./queue.js";
import { acceptAll, acceptable, predicted } from "./review.js";
import { suggestedLabel } from "./suggested.js";
import { exact, zoomed } from "./viewport.js";
import { ON_BOXES } from "./wording.js";

/** @import { LabelPanel } from "./state.js" */
/** @import { Command } from "./keys.js" */
/** @import { Decision, Sample } from "./messages.js" */

/** @type {Decision} */
const SKIP = { label: null, skipped: true };
const CANNOT_BE_SHOWN = "This image cannot be shown, so it cannot be labeled. Skip or delete it.";

/** Take a key that the notebook does not get. @param {LabelPanel} panel @param {KeyboardEvent} event */
export function onKey(panel, event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (panel.state.dialog || panel.state.view === "home" || event.isComposing) return;
  if (target.closest("input, textarea, select")) {
    if (event.key === "Escape") panel.focusMain();
    return;
  }
  if (target.closest("button, a, summary") && (event.key === "Enter" || event.key === " ")) return;
  if (panel.typing.active && typed(panel, event)) {
    event.preventDefault();
    panel.changed();
    return;
  }
  const { view, labels } = panel.state;
  const found = command(event, view === "focus" || view === "map" ? view : "grid", labels, panel.review !== null);
  if (!found) return;
  event.preventDefault();
  if (panel.typing.swallows(plainKey(event.key), performance.now())) return;
  if (event.repeat && ONCE.has(found.name)) return;
  run(panel, found);
}

/** Letters of a label's name that is being typed. @param {LabelPanel} panel @param {KeyboardEvent} event */
function typed(panel, event) {
  const { typing, state } = panel;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.key === "Escape") typing.close();
  else if (event.key === "Backspace") typing.back();
  else if (event.key === "Enter") {
    const label = typing.enter(state.labels);
    if (label) applyDecision(panel, { label: label.id, skipped: false });
  } else if (event.key.length === 1) letter(panel, event.key);
  else return false;
  return true;
}

/** @param {LabelPanel} panel @param {string} key */
function letter(panel, key) {
  const label = panel.typing.letter(key.toLowerCase(), panel.state.labels, performance.now());
  if (label) applyDecision(panel, { label: label.id, skipped: false });
  panel.changed();
}

/** @param {LabelPanel} panel @param {Command} found */
export function run(panel, found) {
  const { state } = panel;
  if (state.view === "assist" && onPage(panel, found)) return;
  if (state.view === "map" && onMap(panel, found)) return;
  switch (found.name) {
    case "label":
      return applyDecision(panel, { label: found.label, skipped: false });
    case "no label":
      return panel.notify(`No label has the key ${found.key}. Labels get their keys under Edit.`);
    case "clear":
      return applyDecision(panel, NOTHING);
    case "skip":
      return applyDecision(panel, SKIP);
    case "undo":
      return undoLast(panel);
    case "accept":
      return accept(panel);
    case "accept suggested": {
      const label = suggestedLabel(panel, state.focus?.ids[state.focus.index]);
      return label === null ? undefined : applyDecision(panel, { label, skipped: false });
    }
    case "accept page":
      return acceptPage(panel);
    case "pages":
      return void togglePages(panel, found.kind, found.kind === "similar" ? meantForLikeness(panel) : []);
    case "map":
      return void toggleMap(panel);
    case "queue":
      return void toggleQueue(panel, found.kind);
    case "help":
      return panel.set({ dialog: { name: "help" } });
    case "type":
      panel.typing.open = true;
      return panel.changed();
    case "letter":
      return letter(panel, found.letter);
    case "delete":
      return askToDelete(panel);
    case "out":
      return stepOut(panel);
    case "step":
      return void step(panel, found.by);
    case "zoom":
      return zoom(panel, found.by);
    case "fit":
      if (state.focus) state.focus.viewport = null;
      return panel.changed();
    case "enlarging":
      return changeEnlarging(panel);
    case "explain":
      return toggleExplained(panel);
    default:
      return inGrid(panel, found);
  }
}

/** What is meant on a page of the model beside. @param {LabelPanel} panel @param {Command} found @returns {boolean} Whether it was meant for the page. */
function onPage(panel, found) {
  const { state } = panel;
  /** @param {string} why */
  const told = (why) => {
    if (why) refuse(panel, why);
    return true;
  };
  switch (found.name) {
    case "label":
      return told(labelPage(panel, found.label));
    case "open":
      return told(acceptSuggested(panel));
    case "skip":
      return told(leavePage(panel));
    case "clear":
    case "toggle":
      mark(panel, state.assist.cursor);
      return true;
    case "move":
      moveOnPage(panel, found.to);
      return true;
    case "out":
      closePages(panel);
      return true;
    case "queue":
    case "map":
      closePages(panel);
      return false;
    case "undo":
      undo(panel);
      return true;
    default:
      return !["pages", "help", "type", "letter", "no label"].includes(found.name);
  }
}

/** What is meant on the map. @param {LabelPanel} panel @param {Command} found @returns {boolean} Whether it was meant for the map. */
function onMap(panel, found) {
  const { state } = panel;
  switch (found.name) {
    case "move":
      moveOnMap(panel, found.to, found.extend);
      return true;
    case "only":
      panel.set({ selection: state.selection.none() });
      toggleOnMap(panel);
      return true;
    case "toggle":
      toggleOnMap(panel);
      return true;
    case "all":
      selectInSight(panel);
      return true;
    case "zoom":
      zoomMap(panel, found.by);
      return true;
    case "fit":
      setMap(panel, { view: null });
      return true;
    case "out":
      if (state.selection.size > 0)
        panel.set({ selection: state.selection.none(), map: { ...state.map, preview: [], corner: null } });
      else closeMap(panel);
      return true;
    case "undo":
      undoOnMap(panel);
      return true;
    case "pages": {
      const like = found.kind === "similar" ? likenessOnMap(panel) : [];
      closeMap(panel);
      void togglePages(panel, found.kind, like);
      return true;
    }
    case "queue":
      closeMap(panel);
      return false;
    default:
      return !["label", "clear", "skip", "delete", "map", "help", "type", "letter", "no label"].includes(found.name);
  }
}

/** @param {LabelPanel} panel */
function likenessOnMap({ state }) {
  const chosen = [...state.selection.ids].slice(0, 100);
  const id = state.map.data?.ids[state.map.hover];
  return chosen.length > 0 || id === undefined ? chosen : [id];
}

/** @param {LabelPanel} panel */
function meantForLikeness(panel) {
  const { state } = panel;
  const chosen = [...state.selection.ids];
  const id = state.ids[state.cursor];
  return chosen.length > 0 ? chosen : id === undefined ? [] : [id];
}

/** @param {LabelPanel} panel @param {Command} found */
function inGrid(panel, found) {
  const { state } = panel;
  const id = state.ids[state.cursor];
  switch (found.name) {
    case "open":
      return openFocus(panel, state.cursor);
    case "toggle":
      return id === undefined ? undefined : panel.set({ selection: state.selection.toggle(id, state.ids) });
    case "all":
      return selectAll(panel);
    case "search":
      return panel.searchBox?.focus();
    case "page":
      return turnPage(panel, found.by);
    case "move":
      return moveCursor(panel, found.to, found.extend);
  }
}

/** @param {LabelPanel} panel */
function selectAll(panel) {
  const { state } = panel;
  const whole = state.ids.every((id) => state.selection.ids.has(id));
  const all =
    whole && state.ids.length > 0 ? state.selection.everything(panel.matchingNow()) : state.selection.all(state.ids);
  panel.set({ selection: all });
}

/** @param {LabelPanel} panel @param {string} to @param {boolean} extend */
function moveCursor(panel, to, extend) {
  const { state } = panel;
  const columns = state.view === "table" ? 1 : panel.columns;
  const cursor = moved(state.cursor, to, columns, state.ids.length);
  if (extend && state.ids[cursor] !== undefined) {
    const from = state.selection.anchor === null ? state.selection.only(state.ids[state.cursor]) : state.selection;
    panel.set({ selection: from.range(state.ids[cursor], state.ids) });
  }
  if (cursor === state.cursor && !extend) {
    if ((to === "right" || to === "down") && cursor >= state.ids.length - panel.columns) turnPage(panel, 1);
    if ((to === "left" || to === "up") && cursor < panel.columns && state.offset > 0) {
      turnPage(panel, -1, state.pageSize - 1);
    }
  }
  panel.set({ cursor, selection: panel.state.selection.left() });
  panel.showCursor = true;
}

/** Give a decision to what is meant: the image that is shown large, the selection, or the card under the cursor. @param {LabelPanel} panel @param {Decision} to */
export function applyDecision(panel, to) {
  const { state } = panel;
  if (state.theme?.boxes && to.label !== null) return panel.notify(ON_BOXES);
  if (state.view === "focus") return applyInFocus(panel, to);
  if (state.view === "assist") {
    const why = to.label === null ? "" : labelPage(panel, to.label);
    return why ? refuse(panel, why) : undefined;
  }
  if (state.view === "map") {
    const why = decideOnMap(panel, to);
    return why ? refuse(panel, why) : undefined;
  }
  const id = state.ids[state.cursor];
  if (meansSelection(panel)) {
    const seen = state.selection.matching === null ? state.ids.filter((id) => state.selection.has(id)) : [];
    const coming = seen.filter((id) => panel.thumbnails.get(id) === undefined).length;
    if (coming > 0)
      return refuse(panel, `${plural(coming, "selected image is", "selected images are")} not painted yet.`);
    const broken = to.label === null ? 0 : seen.filter((id) => panel.thumbnails.get(id) === "broken").length;
    if (broken > 0)
      return refuse(
        panel,
        `${plural(broken, "selected image")} cannot be shown, so ${broken === 1 ? "it" : "they"} cannot be labeled. Skip or delete what cannot be shown.`,
      );
    return decideSelected(panel, to);
  }
  if (state.loading) return refuse(panel, "The next page is not here yet.");
  if (id === undefined) return panel.notify("That was the last image here.");
  const thumb = panel.thumbnails.get(id);
  if (!thumb) return refuse(panel, "This image is not painted yet.");
  if (thumb === "broken" && to.label !== null) return refuse(panel, CANNOT_BE_SHOWN);
  decide(panel, id, to);
  return goOn(panel);
}

/** Go to the next image of the grid, also onto the next page: one key more must not label the same image twice. @param {LabelPanel} panel */
function goOn(panel) {
  const { state } = panel;
  panel.showCursor = true;
  panel.set({ cursor: state.cursor + 1, selection: state.selection.left() });
  const next = state.cursor < state.ids.length ? null : nextPage(panel);
  if (next !== null) load(panel, next);
}

/** What a click on a label means: what its key does, for images that the person has chosen. @param {LabelPanel} panel @param {number} label */
export function labelByMouse(panel, label) {
  const { view, selection } = panel.state;
  if (view !== "focus" && view !== "map" && selection.size === 0)
    return panel.notify("Select images first, by a click or a drag around them; a click on a label then labels them.");
  return applyDecision(panel, { label, skipped: false });
}

/** Whether a key means what is selected, rather than the card under the cursor. @param {LabelPanel} panel */
function meansSelection({ state }) {
  return state.selection.size > 0 && !(state.selection.clicked && state.selection.has(state.ids[state.cursor]));
}

/** Accept what the model says of what is meant: the image that is shown large, the selection, or the card under the cursor. @param {LabelPanel} panel */
export function accept(panel) {
  const { state } = panel;
  if (state.view !== "focus" && meansSelection(panel)) {
    if (state.selection.matching !== null)
      return refuse(panel, "Predictions are accepted as far as you see them: select a page.");
    return acceptAll(panel, state.selection.ids, (why) => refuse(panel, why));
  }
  const id = state.view === "focus" ? state.focus?.ids[state.focus.index] : state.ids[state.cursor];
  const to = id === undefined ? null : predicted(panel, panel.items.get(id));
  return to ? applyDecision(panel, to) : panel.notify("The model has no prediction for this image.");
}

/** @param {Sample | undefined} item */
function undecided(item) {
  return item !== undefined && same(decisionOf(item), NOTHING);
}

/** Accept what the model says of the images of the page that nobody has decided about: a label that was just corrected stays. @param {LabelPanel} panel */
export function acceptPage(panel) {
  if (panel.state.view === "focus") return panel.notify("Escape first: a page is accepted where it is seen.");
  const open = panel.state.ids.filter((id) => undecided(panel.items.get(id)));
  if (open.length === 0 && panel.state.ids.length > 0)
    return panel.notify(
      "Every image of this page is decided. Select those whose predictions you prefer, then press A.",
    );
  const ids = acceptable(panel, open).map(({ item }) => item.id);
  // What one does not see whole is told first: how many they are, and how sure the model is.
  if (ids.length > 0 && !inSight(panel, ids)) return panel.set({ dialog: { name: "accept", ids } });
  return acceptThese(panel, open);
}

/** Accept what the model says of these images, from a score on. @param {LabelPanel} panel @param {number[]} ids @param {number} [least] */
export function acceptThese(panel, ids, least = 0) {
  return acceptAll(panel, ids, (why) => refuse(panel, why), least);
}

/** Whether all of these images stand in the part of the page that one sees. @param {LabelPanel} panel @param {number[]} ids */
function inSight(panel, ids) {
  const box = panel.root?.querySelector(".wb-scroll")?.getBoundingClientRect();
  if (!box) return true;
  const bottom = Math.min(box.bottom, window.innerHeight);
  return ids.every((id) => {
    const card = panel.root?.querySelector(`[data-sample="${id}"]`)?.getBoundingClientRect();
    return card !== undefined && card.top >= Math.max(box.top, 0) - 1 && card.bottom <= bottom + 1;
  });
}

/** @param {LabelPanel} panel @param {Decision} to */
function applyInFocus(panel, to) {
  const focus = panel.state.focus;
  const id = focus?.ids[focus.index];
  if (id === undefined) return undefined;
  if (focus && focus.pendingSteps > 0) return refuse(panel, "The next image is not here yet.");
  if (!panel.items.has(id)) return refuse(panel, "This image is not here yet.");
  const broken = Boolean(panel.images.get(id)?.error);
  if (broken && to.label !== null) return refuse(panel, CANNOT_BE_SHOWN);
  if (!broken && !painted(panel)) return refuse(panel, "This image is not painted yet.");
  const why = focus?.queue ? answer(panel, id, to) : decide(panel, id, to);
  if (why) return refuse(panel, why);
  return advance(panel, to.label === null ? "" : (panel.label(to.label)?.color ?? ""));
}

/** Refuse a key where everybody sees it: people else label what they never saw. @param {LabelPanel} panel @param {string} why */
function refuse(panel, why) {
  panel.refusals += 1;
  panel.state.notice = { text: `Key refused: ${why}`, trouble: true };
  panel.changedBeside();
}

/** @param {LabelPanel} panel */
function undoLast(panel) {
  const shown = undo(panel);
  if (shown === null) return;
  if (panel.state.view === "focus") showSample(panel, shown);
  else if (panel.state.ids.includes(shown)) panel.set({ cursor: panel.state.ids.indexOf(shown) });
}

/** @param {LabelPanel} panel */
export function askToDelete(panel) {
  const { state } = panel;
  const shown = state.view === "focus" ? state.focus?.ids[state.focus.index] : state.ids[state.cursor];
  const chosen = state.view !== "focus" && state.selection.size > 0;
  if (state.view === "map" && !chosen) return;
  if (!chosen && shown === undefined) return;
  const everything = chosen && state.selection.matching !== null;
  const ids = everything ? null : chosen ? [...state.selection.ids] : [/** @type {number} */ (shown)];
  panel.set({
    dialog: {
      name: "delete samples",
      ids,
      where: ids ? null : state.where,
      count: ids?.length ?? state.selection.size,
    },
  });
}

/** @param {LabelPanel} panel */
function stepOut(panel) {
  const { state } = panel;
  if (state.focus?.queue) closeQueue(panel);
  else if (state.view === "focus") closeFocus(panel);
  else if (state.selection.size > 0) panel.set({ selection: state.selection.none() });
  else panel.set({ notice: null });
}

/** Show enlarged images smoothly instead of pixel by pixel, or the other way. @param {LabelPanel} panel */
function changeEnlarging(panel) {
  const { state } = panel;
  state.exact = !exact(state.exact, presented(panel)?.view.scale ?? 1);
  panel.remember("exact", state.exact);
  panel.notify(state.exact ? "Enlarged pixel by pixel." : "Enlarged smoothly.");
}

/** @param {LabelPanel} panel */
function toggleExplained(panel) {
  if (panel.explained.toggle()) panel.changed();
  else panel.notify("The model's view is hidden.");
}

/** Zoom about the middle of the frame. @param {LabelPanel} panel @param {number} by */
function zoom(panel, by) {
  const { focus } = panel.state;
  const { frame } = panel;
  const shown = presented(panel);
  if (!focus || !frame || !shown) return;
  focus.viewport = zoomed(shown.view, by, { x: frame.width / 2, y: frame.height / 2 }, shown.size, frame);
  panel.changed();
}
