import { useEffect, useState } from "preact/hooks";
import { Dialog } from "../../shared/dialog.jsx";
import { LineageTable } from "../../shared/lineage.jsx";
import { message } from "../../shared/polling.js";

/** @import { BoxPanel } from "../state.js" */
/** @import { CutBox, DrawnBox } from "../messages.js" */

/** The runs that were trained or tested on the boxes of the image, and what each model said of them. @param {{panel: BoxPanel}} props */
export function LineageDialog({ panel }) {
  const [boxes, setBoxes] = useState(/** @type {CutBox[] | null} */ (null));
  const [chosen, setChosen] = useState(0);
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    panel.link.call("cut boxes", { sample: panel.get("sample") }).then(
      ({ value }) => {
        setBoxes(value.boxes);
        setChosen(Math.max(0, value.boxes.findIndex(isAt(panel.surface.boxes[panel.surface.get("selected_index")]))));
      },
      (error) => setTrouble(message(error)),
    );
  }, []);
  const box = boxes?.[chosen];
  return (
    <Dialog panel={panel} title="Models that know these boxes" wide>
      {trouble && (
        <p class="wb-warn" role="alert">
          {trouble}
        </p>
      )}
      {!boxes && !trouble && (
        <p class="wb-faint" role="status">
          Looking for the boxes in trainings …
        </p>
      )}
      {boxes?.length === 0 && <p>This image has no boxes, and none of it was trained on.</p>}
      {boxes && box && (
        <>
          <label>
            Box{" "}
            <select value={chosen} onChange={(/** @type {any} */ event) => setChosen(Number(event.target.value))}>
              {boxes.map((each, index) => (
                <option key={index} value={index}>
                  {worded(each)}
                </option>
              ))}
            </select>
          </label>
          {box.sample === null ? (
            <p>No run was trained or tested on this box: it was drawn or moved since boxes were last cut out.</p>
          ) : (
            <LineageTable link={panel.link} sample={box.sample} />
          )}
        </>
      )}
    </Dialog>
  );
}

/** @param {CutBox} box */
function worded({ label, x, y, width, height, there }) {
  const [left, top, wide, high] = [x, y, width, height].map(Math.round);
  return `${label}, ${wide} × ${high} at ${left}, ${top}${there ? "" : ", gone since"}`;
}

/** Whether a box is the one that is selected in the drawing area, which rounds. @param {DrawnBox | undefined} selected @returns {(box: CutBox) => boolean} */
function isAt(selected) {
  return (box) =>
    selected !== undefined &&
    box.there &&
    /** @type {const} */ (["x", "y", "width", "height"]).every((side) => Math.abs(box[side] - selected[side]) < 1);
}
