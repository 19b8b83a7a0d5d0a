/** Where a person last pressed the mouse in a panel: what is asked about it stands beside. */

/** @typedef {{x: number, y: number}} Point From the top left of the panel. */

/** @type {WeakMap<HTMLElement, Point>} */
const clicks = new WeakMap();

/** Remember where the mouse is pressed in a panel, until a key is. @param {HTMLElement} root @param {AbortSignal} signal */
export function rememberClicks(root, signal) {
  root.addEventListener(
    "pointerdown",
    (event) => {
      const { left, top } = root.getBoundingClientRect();
      clicks.set(root, { x: event.clientX - left, y: event.clientY - top });
    },
    { capture: true, signal },
  );
  root.addEventListener("keydown", () => clicks.delete(root), { capture: true, signal });
}

/**
 * Put a question where the person just clicked in the panel, as far as there is room; without a click it stays where its style
 * puts it.
 * @param {HTMLElement} box
 */
export function standNear(box) {
  const root = /** @type {HTMLElement | null} */ (box.closest("[role=application]"));
  const click = root && clicks.get(root);
  if (!root || !click) return;
  const left = Math.max(8, Math.min(click.x - box.offsetWidth / 2, root.clientWidth - box.offsetWidth - 8));
  const top = Math.max(8, Math.min(click.y + 12, root.clientHeight - box.offsetHeight - 8));
  box.style.cssText = `position:absolute;left:${Math.round(left)}px;top:${Math.round(top)}px`;
}
