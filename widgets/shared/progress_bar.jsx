import { percent } from "./format.js";

/** How much of something is done. @param {{name: string, done: number, total: number}} props `name` says what, for screen readers. */
export function ProgressBar({ name, done, total }) {
  return (
    <span
      class="wb-progress"
      role="progressbar"
      aria-label={name}
      aria-valuenow={percent(done, total)}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <span style={{ width: `${total > 0 ? (100 * done) / total : 0}%` }} />
    </span>
  );
}
