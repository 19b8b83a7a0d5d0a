import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { standNear } from "./clicks.js";
import { keepTabInside } from "./modal.js";
import { message } from "./polling.js";

/**
 * @typedef {object} DialogHost The panel that a dialog belongs to.
 * @property {boolean} hasFocus Whether the person is in the panel.
 * @property {boolean} asking Whether a dialog is open.
 * @property {() => void} closeDialog
 * @property {() => void} focusMain Puts the keyboard's focus on what the keys work on.
 */

/**
 * A dialog within the panel: the keyboard stays in it, Escape closes it, and its main button says what will happen.
 * @param {{panel: DialogHost, title: string, action?: string, danger?: boolean, disabled?: boolean, onAction?: () => void | Promise<void>, children?: any, wide?: boolean, must?: boolean}} props `must`: it cannot be left without its action.
 */
export function Dialog({ panel, title, action, danger, disabled, onAction, children, wide, must }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const body = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);
  useLayoutEffect(() => {
    const first = /** @type {HTMLElement | null} */ (
      box.current?.querySelector("input, select, textarea") ?? box.current?.querySelector("button")
    );
    let begun = false;
    // A panel may open a dialog before it is on the page, where nothing takes the focus yet.
    const begin = () => {
      if (begun || !first?.isConnected) return;
      begun = true;
      first.focus({ preventScroll: true });
    };
    begin();
    if (box.current && !wide) standNear(box.current);
    // The whole of it, not only what has the focus: a button may stand at its end, also when more comes into it.
    const watcher = new ResizeObserver(() => {
      begin();
      if (body.current) letScroll(body.current);
      box.current?.scrollIntoView({ block: "nearest" });
    });
    if (box.current) watcher.observe(box.current);
    return () => {
      watcher.disconnect();
      queueMicrotask(() => panel.focusMain());
    };
  }, []);
  useLayoutEffect(() => {
    // The button that was pressed may be gone; Escape and Tab must still find the dialog.
    if (panel.hasFocus && !box.current?.contains(document.activeElement)) box.current?.focus();
  });
  const submit = async () => {
    if (busy || disabled || !onAction) return;
    setBusy(true);
    try {
      await onAction();
    } catch (error) {
      setTrouble(message(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div
      class="wb-veil"
      onMouseDown={(/** @type {MouseEvent} */ event) =>
        !must && event.target === event.currentTarget && panel.closeDialog()
      }
    >
      <div
        ref={box}
        tabIndex={-1}
        class={`wb-dialog${wide ? " wb-wide" : ""}`}
        role="dialog"
        aria-modal="true"
        aria-label={title}
        onKeyDown={(/** @type {KeyboardEvent} */ event) => onKey(panel, event, box.current, must)}
      >
        <form
          noValidate
          onSubmit={(/** @type {Event} */ event) => {
            event.preventDefault();
            submit();
          }}
        >
          <h3>{title}</h3>
          <div ref={body} class="wb-dialog-body">
            {children}
          </div>
          {trouble && (
            <p class="wb-warn" role="alert">
              {trouble}
            </p>
          )}
          <div class="wb-row wb-right">
            {!must && (
              <button type="button" onClick={() => panel.closeDialog()}>
                {action ? "Cancel" : "Close"}
              </button>
            )}
            {action && (
              <button type="submit" class={danger ? "wb-danger" : "wb-primary"} disabled={disabled} aria-busy={busy}>
                {busy ? "Working …" : action}
              </button>
            )}
          </div>
        </form>
      </div>
    </div>
  );
}

/** Let the keyboard scroll what is longer than the dialog and has nothing else to go to. @param {HTMLElement} body */
function letScroll(body) {
  const reached = body.querySelector("button, input, select, textarea, a[href]");
  if (body.scrollHeight > body.clientHeight && !reached) body.tabIndex = 0;
  else body.removeAttribute("tabindex");
}

/** @param {DialogHost} panel @param {KeyboardEvent} event @param {HTMLElement | null} box @param {boolean} [must] */
function onKey(panel, event, box, must) {
  // Once it is closed, though not yet off the page, the next Escape is the panel's.
  if (event.key === "Escape" && !must && panel.asking) {
    event.preventDefault();
    event.stopPropagation();
    panel.closeDialog();
  }
  keepTabInside(event, box);
}
