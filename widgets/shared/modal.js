import { useLayoutEffect } from "preact/hooks";

/** @typedef {{current: HTMLElement | null}} Box */

/**
 * What asks something gets the focus when it appears, not with every redraw; when it goes, what had the focus
 * before gets it back, or the dialog or panel around it if that is gone by then.
 * @param {Box} box @param {string} first Selects what in the box gets the focus.
 */
export function useFocus(box, first) {
  useLayoutEffect(() => {
    const before = document.activeElement;
    const around = /** @type {HTMLElement | null} */ (
      box.current?.parentElement?.closest("[role=dialog], [role=application]") ?? null
    );
    const target = /** @type {HTMLElement | null} */ (box.current?.querySelector(first) ?? box.current);
    target?.focus({ preventScroll: true });
    // The whole of it: the panel may be taller than what is seen of the notebook.
    box.current?.scrollIntoView({ block: "nearest" });
    return () => {
      // The person has moved the focus since: leave it there.
      const left = document.activeElement;
      if (left !== document.body && !box.current?.contains(left)) return;
      queueMicrotask(() => giveBack(before, around));
    };
  }, []);
}

/** @param {Element | null} before @param {HTMLElement | null} around */
function giveBack(before, around) {
  const target = before instanceof HTMLElement && around?.contains(before) ? before : around;
  target?.focus({ preventScroll: true });
}

/** Keep Tab within a dialog. @param {KeyboardEvent} event @param {HTMLElement | null} box */
export function keepTabInside(event, box) {
  if (event.key !== "Tab" || !box) return;
  const stops = /** @type {HTMLElement[]} */ ([
    ...box.querySelectorAll("button:not(:disabled), input, select, textarea, [tabindex='0']"),
  ]);
  const [first, last] = [stops[0], stops[stops.length - 1]];
  if (document.activeElement !== (event.shiftKey ? first : last)) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}
