import { useLayoutEffect, useRef } from "preact/hooks";
import { standNear } from "./clicks.js";
import { useFocus } from "./modal.js";

/**
 * What will happen, asked beside what was clicked; the button says it. What cannot be wanted by a slip of the hand has the
 * focus on *Cancel*.
 * @param {{name: string, text: string, button: string, danger?: boolean, onConfirm: () => void, onCancel: () => void}} props
 */
export function Question({ name, text, button, danger, onConfirm, onCancel }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  useLayoutEffect(() => {
    if (box.current) standNear(box.current);
  }, []);
  useFocus(box, danger ? "button:last-child" : "button");
  return (
    <div ref={box} class="wb-question" role="alertdialog" aria-label={name}>
      <p>{text}</p>
      <div class="wb-row wb-right">
        <button type="button" class={danger ? "wb-danger" : "wb-primary"} onClick={onConfirm}>
          {button}
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </div>
  );
}
