import { useLayoutEffect, useRef, useState } from "preact/hooks";

/**
 * A button that opens a list of choices, one of which holds. Arrows move, Enter chooses, Escape closes.
 * @template {string | number} T
 * @param {{name: string, value: T, choices: [T, string][], onChoose: (value: T) => void, up?: boolean}} props
 */
export function Menu({ name, value, choices, onChoose, up }) {
  const [open, setOpen] = useState(false);
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  useLayoutEffect(() => {
    if (!open) return undefined;
    /** @type {HTMLElement | null | undefined} */ (
      box.current?.querySelector("[aria-checked=true]") ?? box.current?.querySelector("[role]")
    )?.focus();
    /** @param {PointerEvent} event */
    const away = (event) => {
      if (!box.current?.parentElement?.contains(/** @type {Node} */ (event.target))) setOpen(false);
    };
    document.addEventListener("pointerdown", away, { capture: true });
    return () => document.removeEventListener("pointerdown", away, { capture: true });
  }, [open]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    const items = /** @type {HTMLElement[]} */ ([...(box.current?.querySelectorAll("[role=menuitemradio]") ?? [])]);
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") close();
    else if (step) items[(at + step + items.length) % items.length].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const shown = choices.find(([choice]) => choice === value)?.[1] ?? String(value);
  return (
    <div class="wb-menu">
      <button
        ref={button}
        type="button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={`${name}: ${shown}`}
        onClick={() => setOpen(!open)}
      >
        <span class="wb-faint">{`${name} `}</span>
        {shown} ▾
      </button>
      {open && (
        <div ref={box} class={`wb-menu-list${up ? " wb-up" : ""}`} role="menu" aria-label={name} onKeyDown={onKeyDown}>
          {choices.map(([choice, text]) => (
            <button
              key={choice}
              type="button"
              role="menuitemradio"
              aria-checked={choice === value}
              onClick={() => {
                close();
                onChoose(choice);
              }}
            >
              {text}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
