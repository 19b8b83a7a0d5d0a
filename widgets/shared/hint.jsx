/** Four lines for who is here for the first time. They take no key and go by themselves. @param {{lines: string[], onClose: () => void}} props */
export function HintBox({ lines, onClose }) {
  return (
    <aside class="wb-hint" aria-label="First steps">
      {lines.map((line) => (
        <div key={line}>{line}</div>
      ))}
      <button type="button" onClick={onClose}>
        Got it
      </button>
    </aside>
  );
}
