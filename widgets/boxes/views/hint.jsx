import { HintBox } from "../../shared/hint.jsx";
import { recall, remember } from "../../shared/preferences.js";

/** @import { BoxPanel } from "../state.js" */

const SEEN = "box hint seen";
const LINES = [
  "Drag on the image to draw a box; a label’s key chooses what is drawn.",
  "Enter: the boxes are complete, go on. Space sets an image aside, Ctrl+Z takes back.",
  "The wheel enlarges, Ctrl+drag moves the image, Escape shows all images.",
  "? lists all keys. Everything is saved at once.",
];

/** The first steps, until the first image is submitted; beside the image, on which one draws. @param {{panel: BoxPanel}} props */
export function Hint({ panel }) {
  const { samples } = panel.get("heading");
  if (!samples || panel.asking || recall(panel.get("store_key"), SEEN, false)) return null;
  const close = () => {
    remember(panel.get("store_key"), SEEN, true);
    panel.draw();
    panel.focusMain();
  };
  if (panel.submissions > 0) {
    remember(panel.get("store_key"), SEEN, true);
    return null;
  }
  return <HintBox lines={LINES} onClose={close} />;
}
