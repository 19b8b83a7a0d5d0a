import { number, plural } from "../shared/format.js";
import { load, turnPage } from "./browsing.js";
import { decide, decideSelected, decisionOf, NOTHING, same, undo } from "./deciding.js";
import { advance, closeFocus, openFocus, showSample, step } from "./focusing.js";
import { command, moved, ONCE } from "./keys.js";
import { painted, presented } from "./presenting.js";
import { answer, closeQueue, toggleQueue } from "./queue.js";
import { acceptAll, predicted } from "./review.js";
import { zoomed } from "./viewport.js";
import { ON_BOXES } from "./wording.js";

/** @import { Desk } from "./desk.js" */
/** @import { Command } from "./keys.js" */
/** @import { Decision, Item, Label } from "./types.js" */

/** @type {Decision} */
const SKIP = { label: null, skipped: true };
const CANNOT_BE_SHOWN = "This image cannot be shown, so it cannot be labeled. Skip or delete it.";

/** Take a key that the notebook does not get. @param {Desk} desk @param {KeyboardEvent} event */
export function onKey(desk, event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (desk.state.dialog || desk.state.view === "home" || event.isComposing) return;
  if (target.closest("input, textarea, select")) {
    if (event.key === "Escape") desk.focusMain();
    return;
  }
  if (target.closest("button, a, summary") && (event.key === "Enter" || event.key === " ")) return;
  if (desk.typing.active && typed(desk, event)) {
    event.preventDefault();
    desk.changed();
    return;
  }
  const found = command(event, desk.state.view === "focus" ? "focus" : "grid", desk.review !== null);
  if (!found) return;
  event.preventDefault();
  if (event.repeat && ONCE.has(found.name)) return;
  run(desk, found);
}

/** Letters of a label's name that is being typed. @param {Desk} desk @param {KeyboardEvent} event */
function typed(desk, event) {
  const { typing, state } = desk;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.key === "Escape") typing.close();
  else if (event.key === "Backspace") typing.back();
  else if (event.key === "Enter") {
    const label = typing.enter(state.labels);
    if (label) give(desk, { label: label.id, skipped: false });
  } else if (event.key.length === 1) letter(desk, event.key);
  else return false;
  return true;
}

/** @param {Desk} desk @param {string} key */
function letter(desk, key) {
  const label = desk.typing.letter(key.toLowerCase(), desk.state.labels, performance.now());
  if (label) give(desk, { label: label.id, skipped: false });
  desk.changed();
}

/** @param {Desk} desk @param {Command} found */
export function run(desk, found) {
  const { state } = desk;
  switch (found.name) {
    case "label":
      return giveKey(desk, state.labels[found.position - 1]);
    case "clear":
      return give(desk, NOTHING);
    case "skip":
      return give(desk, SKIP);
    case "undo":
      return takeBack(desk);
    case "accept":
      return accept(desk);
    case "accept page":
      return acceptPage(desk);
    case "queue":
      return void toggleQueue(desk, found.kind);
    case "help":
      return desk.set({ dialog: { name: "help" } });
    case "type":
      desk.typing.open = true;
      return desk.changed();
    case "letter":
      return letter(desk, found.letter);
    case "delete":
      return askToDelete(desk);
    case "out":
      return out(desk);
    case "step":
      return void step(desk, found.by);
    case "zoom":
      return zoom(desk, found.by);
    case "fit":
      if (state.focus) state.focus.viewport = null;
      return desk.changed();
    default:
      return inGrid(desk, found);
  }
}

/** @param {Desk} desk @param {Command} found */
function inGrid(desk, found) {
  const { state } = desk;
  const id = state.ids[state.cursor];
  switch (found.name) {
    case "open":
      return openFocus(desk, state.cursor);
    case "toggle":
      return id === undefined ? undefined : desk.set({ selection: state.selection.toggle(id, state.ids) });
    case "all":
      return selectAll(desk);
    case "search":
      return desk.searchBox?.focus();
    case "page":
      return turnPage(desk, found.by);
    case "move":
      return moveCursor(desk, found.to, found.extend);
  }
}

/** @param {Desk} desk */
function selectAll(desk) {
  const { state } = desk;
  const whole = state.ids.every((id) => state.selection.ids.has(id));
  const all = whole && state.ids.length > 0 ? state.selection.everything(state.total) : state.selection.all(state.ids);
  desk.set({ selection: all });
}

/** @param {Desk} desk @param {string} to @param {boolean} extend */
function moveCursor(desk, to, extend) {
  const { state } = desk;
  const columns = state.view === "table" ? 1 : desk.columns;
  const cursor = moved(state.cursor, to, columns, state.ids.length);
  if (extend) {
    const from = state.selection.anchor === null ? state.selection.only(state.ids[state.cursor]) : state.selection;
    desk.set({ selection: from.range(state.ids[cursor], state.ids) });
  }
  if (cursor === state.cursor && !extend) {
    if ((to === "right" || to === "down") && cursor >= state.ids.length - desk.columns) turnPage(desk, 1);
    if ((to === "left" || to === "up") && cursor < desk.columns && state.offset > 0) {
      load(desk, state.offset - state.pageSize, { cursor: state.pageSize - 1 });
    }
  }
  desk.set({ cursor, selection: desk.state.selection.left() });
  desk.showCursor = true;
}

/** @param {Desk} desk @param {Label | undefined} label */
function giveKey(desk, label) {
  if (!label) return desk.say(`There are only ${number(desk.state.labels.length)} labels.`);
  return give(desk, { label: label.id, skipped: false });
}

/** Give a decision to what is meant: the image that is shown large, the selection, or the card under the cursor. @param {Desk} desk @param {Decision} to */
export function give(desk, to) {
  const { state } = desk;
  if (state.theme?.boxes && to.label !== null) return desk.say(ON_BOXES);
  if (state.view === "focus") return giveInFocus(desk, to);
  const id = state.ids[state.cursor];
  if (severalMeant(desk)) {
    const seen = state.selection.matching === null ? state.ids.filter((id) => state.selection.has(id)) : [];
    const coming = seen.filter((id) => desk.thumbs.get(id) === undefined).length;
    if (coming > 0)
      return refuse(desk, `${plural(coming, "selected image is", "selected images are")} not painted yet.`);
    const broken = to.label === null ? 0 : seen.filter((id) => desk.thumbs.get(id) === "broken").length;
    if (broken > 0)
      return refuse(
        desk,
        `${plural(broken, "selected image")} cannot be shown, so ${broken === 1 ? "it" : "they"} cannot be labeled. Skip or delete what cannot be shown.`,
      );
    return decideSelected(desk, to);
  }
  if (id === undefined) return undefined;
  const thumb = desk.thumbs.get(id);
  if (!thumb) return refuse(desk, "This image is not painted yet.");
  if (thumb === "broken" && to.label !== null) return refuse(desk, CANNOT_BE_SHOWN);
  decide(desk, id, to);
  return desk.set({ cursor: Math.min(state.cursor + 1, state.ids.length - 1), selection: state.selection.left() });
}

/** Whether a key means what is selected, rather than the card under the cursor. @param {Desk} desk */
function severalMeant({ state }) {
  return state.selection.size > 0 && !(state.selection.clicked && state.selection.has(state.ids[state.cursor]));
}

/** Accept what the model says of what is meant: the image that is shown large, the selection, or the card under the cursor. @param {Desk} desk */
export function accept(desk) {
  const { state } = desk;
  if (state.view !== "focus" && severalMeant(desk)) {
    if (state.selection.matching !== null)
      return refuse(desk, "Predictions are accepted as far as you see them: select a page.");
    return acceptAll(desk, state.selection.ids, (why) => refuse(desk, why));
  }
  const id = state.view === "focus" ? state.focus?.ids[state.focus.index] : state.ids[state.cursor];
  const to = id === undefined ? null : predicted(desk, desk.items.get(id));
  return to ? give(desk, to) : desk.say("The model has no prediction for this image.");
}

/** @param {Item | undefined} item */
function undecided(item) {
  return item !== undefined && same(decisionOf(item), NOTHING);
}

/** Accept what the model says of the images of the page that nobody has decided about: a label that was just corrected stays. @param {Desk} desk */
export function acceptPage(desk) {
  if (desk.state.view === "focus") return desk.say("Escape first: a page is accepted where it is seen.");
  const open = desk.state.ids.filter((id) => undecided(desk.items.get(id)));
  if (open.length === 0 && desk.state.ids.length > 0)
    return desk.say("Every image of this page is decided. Select those whose predictions you prefer, then press A.");
  return acceptAll(desk, open, (why) => refuse(desk, why));
}

/** @param {Desk} desk @param {Decision} to */
function giveInFocus(desk, to) {
  const focus = desk.state.focus;
  const id = focus?.ids[focus.index];
  if (id === undefined) return undefined;
  if (focus && focus.owed > 0) return refuse(desk, "The next image is not here yet.");
  if (!desk.items.has(id)) return refuse(desk, "This image is not here yet.");
  const broken = Boolean(desk.pictures.get(id)?.error);
  if (broken && to.label !== null) return refuse(desk, CANNOT_BE_SHOWN);
  if (!broken && !painted(desk)) return refuse(desk, "This image is not painted yet.");
  const why = focus?.queue ? answer(desk, id, to) : decide(desk, id, to);
  if (why) return refuse(desk, why);
  return advance(desk, to.label === null ? "" : (desk.label(to.label)?.color ?? ""));
}

/** Refuse a key where everybody sees it: people else label what they never saw. @param {Desk} desk @param {string} why */
function refuse(desk, why) {
  desk.refusals += 1;
  desk.state.notice = { text: `Key refused: ${why}`, trouble: true };
  desk.changedBeside();
}

/** @param {Desk} desk */
function takeBack(desk) {
  const shown = undo(desk);
  if (shown === null) return;
  if (desk.state.view === "focus") showSample(desk, shown);
  else if (desk.state.ids.includes(shown)) desk.set({ cursor: desk.state.ids.indexOf(shown) });
}

/** @param {Desk} desk */
export function askToDelete(desk) {
  const { state } = desk;
  const shown = state.view === "focus" ? state.focus?.ids[state.focus.index] : state.ids[state.cursor];
  const chosen = state.view !== "focus" && state.selection.size > 0;
  if (!chosen && shown === undefined) return;
  const everything = chosen && state.selection.matching !== null;
  const ids = everything ? null : chosen ? [...state.selection.ids] : [/** @type {number} */ (shown)];
  desk.set({
    dialog: {
      name: "delete samples",
      ids,
      where: ids ? null : state.where,
      count: ids?.length ?? state.selection.size,
    },
  });
}

/** @param {Desk} desk */
function out(desk) {
  const { state } = desk;
  if (state.focus?.queue) closeQueue(desk);
  else if (state.view === "focus") closeFocus(desk);
  else if (state.selection.size > 0) desk.set({ selection: state.selection.none() });
  else desk.set({ notice: null });
}

/** Zoom about the middle of the frame. @param {Desk} desk @param {number} by */
function zoom(desk, by) {
  const { focus } = desk.state;
  const { frame } = desk;
  const shown = presented(desk);
  if (!focus || !frame || !shown) return;
  focus.viewport = zoomed(shown.view, by, { x: frame.width / 2, y: frame.height / 2 }, shown.size, frame);
  desk.changed();
}
