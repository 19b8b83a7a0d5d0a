/**
 * Keys that in a notebook's command mode delete, cut, merge or change a cell (with it what it shows), or ask to restart or
 * interrupt the kernel.
 */
const HARMFUL = new Set([..."0123456789dimrxyz", "Delete", "Backspace"]);
const TYPING = "input, textarea, select, [contenteditable=true], .cm-editor, [role=application], [role=dialog], dialog";

/** Whether a key that was pressed beside the panel would do harm. @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean}} press */
export function harmful(press) {
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  return !press.ctrlKey && !press.metaKey && !press.altKey && HARMFUL.has(key);
}

/**
 * While a panel that is worked on by keys is in sight, the notebook around it does not get the keys that would destroy something:
 * who presses them means the panel.
 * @param {HTMLElement} root @param {AbortSignal} signal @param {() => void} onHeld A key was kept from the notebook.
 */
export function guardKeys(root, signal, onHeld) {
  let inSight = false;
  const watcher = new IntersectionObserver((seen) => {
    inSight = seen[seen.length - 1].isIntersecting;
  });
  watcher.observe(root);
  signal.addEventListener("abort", () => watcher.disconnect());
  // At the window, before JupyterLab, which listens at the document.
  window.addEventListener(
    "keydown",
    (event) => {
      const target = event.target instanceof Element ? event.target : document.body;
      if (!inSight || !harmful(event) || target.closest(TYPING)) return;
      if (target !== document.body && !target.closest(".jp-Notebook")?.contains(root)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      onHeld();
    },
    { capture: true, signal },
  );
}

/**
 * Tell when the keys go to the panel and when elsewhere.
 * @param {HTMLElement} root @param {AbortSignal} signal @param {(here: boolean) => void} onChange
 */
export function watchKeys(root, signal, onChange) {
  let here = false;
  /** @param {boolean} now */
  const tell = (now) => {
    if (now === here || signal.aborted) return;
    here = now;
    onChange(here);
  };
  document.addEventListener("focusin", (event) => tell(event.composedPath().includes(root)), {
    signal,
    capture: true,
  });
  // A press elsewhere may take the focus to nothing, or leave it here.
  document.addEventListener(
    "pointerdown",
    (event) => {
      if (event.composedPath().includes(root)) tell(true);
      else setTimeout(() => tell(root.contains(document.activeElement)), 0);
    },
    { signal, capture: true },
  );
}
