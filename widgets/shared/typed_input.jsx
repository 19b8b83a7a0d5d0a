import { useState } from "preact/hooks";

/**
 * An input that hands over its text when Enter is pressed or it is left, a search also when it is emptied. While somebody
 * types, a redraw does not take the letters away, as setting `value` alone would.
 *
 * @param {Record<string, any> & {value: string | number, onTyped: (text: string, input: HTMLInputElement) => void}} props
 */
export function TypedInput({ value, onTyped, ...rest }) {
  const [text, setText] = useState(/** @type {string | null} */ (null));
  return (
    <input
      {...rest}
      value={text ?? value}
      onInput={(/** @type {any} */ event) => {
        setText(event.target.value);
        // Escape empties a search, which is no change to a browser.
        if (rest.type === "search" && event.target.value === "") onTyped("", event.target);
      }}
      onKeyDown={(/** @type {any} */ event) => {
        rest.onKeyDown?.(event);
        // What was typed before it, and is typed once more, is no change to a browser either.
        if (rest.type === "search" && event.key === "Enter") onTyped(event.target.value, event.target);
      }}
      onChange={(/** @type {any} */ event) => {
        setText(null);
        onTyped(event.target.value, event.target);
      }}
      onBlur={() => setText(null)}
    />
  );
}
