import { useLayoutEffect, useRef, useState } from "preact/hooks";

/**
 * A button that opens a list. Arrows move in it, Enter chooses, Escape closes.
 * @param {{name: string, text: any, label?: string, up?: boolean, right?: boolean, children: (close: () => void) => any}} props
 */
function Popup({ name, text, label, up, right, children }) {
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
    const items = /** @type {HTMLElement[]} */ ([...(box.current?.querySelectorAll("[role^=menuitem]") ?? [])]);
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") close();
    else if (step) items[(at + step + items.length) % items.length].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="wb-menu">
      <button
        ref={button}
        type="button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={label}
        onClick={() => setOpen(!open)}
      >
        {text} ▾
      </button>
      {open && (
        <div
          ref={box}
          class={`wb-menu-list${up ? " wb-up" : ""}${right ? " wb-to-left" : ""}`}
          role="menu"
          aria-label={name}
          onKeyDown={onKeyDown}
        >
          {children(close)}
        </div>
      )}
    </div>
  );
}

/**
 * A list of choices, one of which holds.
 * @template {string | number} T
 * @param {{name: string, value: T, choices: [T, string][], onChoose: (value: T) => void, up?: boolean}} props
 */
export function Menu({ name, value, choices, onChoose, up }) {
  const shown = choices.find(([choice]) => choice === value)?.[1] ?? String(value);
  const text = [<span class="wb-faint">{`${name} `}</span>, <span class="wb-value">{shown}</span>];
  return (
    <Popup name={name} text={text} label={`${name}: ${shown}`} up={up}>
      {(close) =>
        choices.map(([choice, words]) => (
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
            {words}
          </button>
        ))
      }
    </Popup>
  );
}

/** What can be done beside what stands in the row. @param {{name: string, actions: [string, () => void][]}} props */
export function Actions({ name, actions }) {
  return (
    <Popup name={name} text={name} right>
      {(close) =>
        actions.map(([words, run]) => (
          <button
            key={words}
            type="button"
            role="menuitem"
            onClick={() => {
              close();
              run();
            }}
          >
            {words}
          </button>
        ))
      }
    </Popup>
  );
}
