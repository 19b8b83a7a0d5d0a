/**
 * @typedef {{url: string}} Shown A picture that the browser has decoded already, so that showing it does not flicker.
 */

/** Decode the pictures of an answer; they stand in it as `{buffer, type}` anywhere. @param {DataView[]} buffers @param {any} value @returns {Promise<Shown[]>} */
export function loadImages(buffers, value) {
  const types = typesOf(value);
  return Promise.all(
    buffers.map(async (buffer, index) => {
      const part = /** @type {BlobPart} */ (/** @type {unknown} */ (buffer));
      const url = URL.createObjectURL(new Blob([part], { type: types.get(index) ?? "image/png" }));
      const image = new Image();
      image.src = url;
      await image.decode().catch(() => undefined);
      return { url };
    }),
  );
}

/** @param {any} value @param {Map<number, string>} [found] @returns {Map<number, string>} */
function typesOf(value, found = new Map()) {
  if (value && typeof value === "object") {
    if (typeof value.buffer === "number" && typeof value.type === "string") found.set(value.buffer, value.type);
    else for (const inner of Object.values(value)) typesOf(inner, found);
  }
  return found;
}
