/** So much of the end stays: the number that tells two files of a series apart, and the suffix. */
const END = 14;

/** A file name that is cut in its middle where there is no room for all of it. @param {{name: string}} props */
export function MiddleName({ name }) {
  const at = Math.max(0, name.length - END);
  return (
    <span class="wb-middle" title={name}>
      <span class="wb-ellipsis">{name.slice(0, at)}</span>
      <span>{name.slice(at)}</span>
    </span>
  );
}
