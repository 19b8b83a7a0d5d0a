/**
 * Where the browser finds a server of the kernel's machine. Inside Jupyter it is below Jupyter's own address
 * (jupyter-server-proxy), since no other port may be open; elsewhere it is on loopback.
 * @param {string | null} base Jupyter's address, with a slash at its end, or null outside of Jupyter.
 * @param {number} port @param {string} path
 */
export function address(base, port, path) {
  return base === null ? `http://127.0.0.1:${port}${path}` : `${base}proxy/${port}${path}`;
}

/** Jupyter's address as its page names it, or null. @param {Document} page */
export function jupyterBase(page) {
  const data = page.getElementById("jupyter-config-data");
  if (data === null) return null;
  const base = JSON.parse(data.textContent || "{}").baseUrl;
  return typeof base === "string" ? base : null;
}
