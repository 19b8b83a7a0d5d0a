/** A filter with its count, on or off. @param {{on: boolean, onClick: () => void, name: string, count: string, title?: string, lead?: any, disabled?: boolean}} props */
export function Facet({ on, onClick, name, count, title, lead, disabled }) {
  return (
    <button
      type="button"
      class={`wb-facet${on ? " wb-on" : ""}`}
      aria-pressed={on}
      onClick={onClick}
      title={title}
      disabled={disabled}
    >
      {lead}
      <span class="wb-ellipsis wb-grow">{name}</span>
      <span class="wb-number wb-faint">{count}</span>
    </button>
  );
}
