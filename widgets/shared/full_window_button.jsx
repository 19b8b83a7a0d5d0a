import { isFull, setFull } from "./full_window.js";

/** Give the panel the window, or the window back to the page; a panel that was opened by a link has it anyway. @param {{root: HTMLElement | null, door: boolean, onChange: () => void}} props */
export function FullWindowButton({ root, door, onChange }) {
  if (door) return null;
  const full = isFull(root);
  return (
    <button
      type="button"
      onClick={() => {
        if (root) setFull(root, !full);
        onChange();
      }}
    >
      {full ? "Leave full window" : "Full window"}
    </button>
  );
}
