/** @import { LabelPanel } from "../state.js" */

/** So many images into the work nobody needs to be told the keys any more. */
const KNOWN_AFTER = 3;
const SEEN = "hint seen";

/** Four lines for who is here for the first time. They take no key and go by themselves. @param {{panel: LabelPanel}} props */
export function Hint({ panel }) {
  const { state } = panel;
  if (state.dialog || state.view === "home" || panel.recall(SEEN, false)) return null;
  const close = () => {
    panel.remember(SEEN, true);
    panel.changed();
    panel.focusMain();
  };
  if (state.sitting.images >= KNOWN_AFTER) {
    panel.remember(SEEN, true);
    return null;
  }
  return (
    <aside class="wb-hint" aria-label="First steps">
      <div>A label’s key labels the image under the cursor and goes on to the next.</div>
      <div>Ctrl+Z takes back the last key, Space skips an image.</div>
      <div>Enter shows one image large, Escape goes back.</div>
      <div>? lists all keys. Everything is saved at once.</div>
      <button type="button" onClick={close}>
        Got it
      </button>
    </aside>
  );
}
