import { useLayoutEffect, useRef } from "preact/hooks";
import { standNear } from "./clicks.js";
import { keepTabInside, useFocus } from "./modal.js";

/** @typedef {{text: string, button: string, danger?: boolean, run: () => void | Promise<void>}} Asking What will happen, the button that says it, and what it does. */

/** What a panel asks now, if anything. @param {{panel: {state: {question: Asking | null}, set: (change: {question: null}) => void}}} props */
export function Asked({ panel }) {
  const { question } = panel.state;
  if (!question) return null;
  const close = () => panel.set({ question: null });
  return (
    <Question
      key={question.text}
      name={question.text}
      text={question.text}
      button={question.button}
      danger={question.danger}
      onCancel={close}
      onConfirm={() => {
        close();
        question.run();
      }}
    />
  );
}

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
    <div
      ref={box}
      class="wb-question"
      role="alertdialog"
      aria-label={name}
      onKeyDown={(/** @type {KeyboardEvent} */ event) => {
        keepTabInside(event, box.current);
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onCancel();
      }}
    >
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
