import { HintBox } from "../../shared/hint.jsx";

/** @import { LabelPanel } from "../state.js" */

/** So many images into the work nobody needs to be told the keys any more. */
const KNOWN_AFTER = 3;
const SEEN = "hint seen";

const LINES = [
  "A label’s key labels the image under the cursor and goes on to the next.",
  "Ctrl+Z takes back the last key, Space skips an image.",
  "Enter shows one image large, Escape goes back.",
  "? lists all keys. Everything is saved at once.",
];

/** The first steps, until some images are labeled. @param {{panel: LabelPanel}} props */
export function Hint({ panel }) {
  const { state } = panel;
  // On the map, keys mean what is selected.
  if (state.dialog || state.view === "home" || state.view === "map" || panel.recall(SEEN, false)) return null;
  const close = () => {
    panel.remember(SEEN, true);
    panel.changed();
    panel.focusMain();
  };
  if (state.sitting.images >= KNOWN_AFTER) {
    panel.remember(SEEN, true);
    return null;
  }
  return <HintBox lines={LINES} onClose={close} />;
}
