import { Selection } from "./selection.js";

/** @import { LabelPanel } from "./state.js" */

/** A press that moves less than this is a click. */
const SLIP = 6;
/** So near to the edge the grid begins to scroll. */
const EDGE = 24;

/** @typedef {{x: number, y: number}} Point In pixels of the grid's content. */
/** @typedef {{left: number, top: number, width: number, height: number}} Rectangle */

/** The rectangle between two points. @param {Point} from @param {Point} to @returns {Rectangle} */
export function between(from, to) {
  return {
    left: Math.min(from.x, to.x),
    top: Math.min(from.y, to.y),
    width: Math.abs(from.x - to.x),
    height: Math.abs(from.y - to.y),
  };
}

/** Whether two rectangles have something in common. @param {Rectangle} one @param {Rectangle} other */
export function meets(one, other) {
  return (
    one.left < other.left + other.width &&
    other.left < one.left + one.width &&
    one.top < other.top + other.height &&
    other.top < one.top + one.height
  );
}

/**
 * Select the images that a drag of the mouse goes around; with Ctrl or Cmd, beside what was selected.
 * @param {LabelPanel} panel @param {PointerEvent} event In the scrolled box around the grid.
 */
export function selectByDrag(panel, event) {
  const box = /** @type {HTMLElement} */ (event.currentTarget);
  if (event.button !== 0 || event.shiftKey || event.pointerType === "touch") return;
  // Its scroll bar is not part of it.
  if (event.clientX - box.getBoundingClientRect().left > box.clientWidth) return;
  const kept = event.ctrlKey || event.metaKey ? panel.state.selection.ids : new Set();
  const from = pointIn(box, event);
  /** @type {HTMLElement | null} */
  let band = null;
  box.onpointermove = (move) => {
    const area = between(from, pointIn(box, move));
    if (!band) {
      if (area.width < SLIP && area.height < SLIP) return;
      band = drawn(box, move.pointerId);
    }
    for (const side of /** @type {const} */ (["left", "top", "width", "height"])) band.style[side] = `${area[side]}px`;
    scroll(box, move);
    selectWithin(panel, box, area, kept);
  };
  box.onpointerup = box.onpointercancel = () => {
    band?.remove();
    box.onpointermove = box.onpointerup = box.onpointercancel = null;
  };
}

/** @param {HTMLElement} box @param {number} pointer */
function drawn(box, pointer) {
  // The click that ends the drag is the box's then, not an image's.
  box.setPointerCapture(pointer);
  const band = document.createElement("div");
  band.className = "wb-band";
  box.append(band);
  return band;
}

/** @param {LabelPanel} panel @param {HTMLElement} box @param {Rectangle} area @param {ReadonlySet<number>} kept */
function selectWithin(panel, box, area, kept) {
  const cards = /** @type {HTMLElement[]} */ ([...box.querySelectorAll("[data-sample]")]);
  const found = cards
    .filter(({ offsetLeft, offsetTop, offsetWidth, offsetHeight }) =>
      meets(area, { left: offsetLeft, top: offsetTop, width: offsetWidth, height: offsetHeight }),
    )
    .map((card) => Number(card.dataset.sample));
  panel.set({ selection: new Selection(new Set([...kept, ...found]), found[0] ?? null) });
}

/** @param {HTMLElement} box @param {PointerEvent} event @returns {Point} */
function pointIn(box, event) {
  const { left, top } = box.getBoundingClientRect();
  return { x: event.clientX - left + box.scrollLeft, y: event.clientY - top + box.scrollTop };
}

/** @param {HTMLElement} box @param {PointerEvent} event */
function scroll(box, event) {
  const { top, bottom } = box.getBoundingClientRect();
  if (event.clientY > bottom - EDGE) box.scrollTop += EDGE;
  if (event.clientY < top + EDGE) box.scrollTop -= EDGE;
}
