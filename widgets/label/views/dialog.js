import { h } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { goRound } from "../../shared/modal.js";
import { message } from "../../shared/watching.js";

/** @import { Desk } from "../desk.js" */

/**
 * A dialog within the panel: the keyboard stays in it, Escape closes it, and its main button says what will happen.
 * @param {{desk: Desk, title: string, act?: string, danger?: boolean, disabled?: boolean, onAct?: () => void | Promise<void>, children?: any, wide?: boolean}} props
 */
export function Dialog({ desk, title, act, danger, disabled, onAct, children, wide }) {
  const box = useRef(/** @type {HTMLFormElement | null} */ (null));
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);
  useLayoutEffect(() => {
    const first = /** @type {HTMLElement | null} */ (
      box.current?.querySelector("input, select, textarea") ?? box.current?.querySelector("button")
    );
    first?.focus({ preventScroll: true });
    // The whole of it, not only what has the focus: a button may stand at its end, also when more comes into it.
    const watcher = new ResizeObserver(() => box.current?.scrollIntoView({ block: "nearest" }));
    if (box.current) watcher.observe(box.current);
    return () => {
      watcher.disconnect();
      queueMicrotask(() => desk.focusMain());
    };
  }, []);
  useLayoutEffect(() => {
    // The button that was pressed may be gone; Escape and Tab must still find the dialog.
    if (desk.hasFocus && !box.current?.contains(document.activeElement)) box.current?.focus();
  });
  const submit = async () => {
    if (busy || disabled || !onAct) return;
    setBusy(true);
    try {
      await onAct();
    } catch (error) {
      setTrouble(message(error));
    } finally {
      setBusy(false);
    }
  };
  return h(
    "div",
    {
      class: "wb-veil",
      onMouseDown: (/** @type {MouseEvent} */ event) => event.target === event.currentTarget && close(desk),
    },
    h(
      "form",
      {
        ref: box,
        tabIndex: -1,
        class: `wb-dialog${wide ? " wb-wide" : ""}`,
        role: "dialog",
        "aria-modal": "true",
        "aria-label": title,
        noValidate: true,
        onSubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          submit();
        },
        onKeyDown: (/** @type {KeyboardEvent} */ event) => onKey(desk, event, box.current),
      },
      h("h3", null, title),
      h("div", { class: "wb-dialog-body" }, children),
      trouble && h("p", { class: "wb-warn", role: "alert" }, trouble),
      h(
        "div",
        { class: "wb-row wb-right" },
        h("button", { type: "button", onClick: () => close(desk) }, act ? "Cancel" : "Close"),
        act &&
          h(
            "button",
            { type: "submit", class: danger ? "wb-danger" : "wb-primary", disabled, "aria-busy": String(busy) },
            busy ? "Working …" : act,
          ),
      ),
    ),
  );
}

/** @param {Desk} desk */
export function close(desk) {
  desk.set({ dialog: null });
}

/** @param {Desk} desk @param {KeyboardEvent} event @param {HTMLElement | null} box */
function onKey(desk, event, box) {
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close(desk);
  }
  goRound(event, box);
}
