/** That keys do not reach the panel, and the way back. @param {{onBack: () => void}} props */
export function Elsewhere({ onBack }) {
  return (
    <button type="button" class="wb-elsewhere" onClick={onBack}>
      Keys go elsewhere: click to bring them back
    </button>
  );
}
