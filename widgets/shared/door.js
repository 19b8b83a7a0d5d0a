/** A panel that was opened by a link: the page is its own, and a new page is a new kernel. @import { Health } from "./messages.js" */

const LOOK_MS = 3000;
/** So long a page is at least old before it loads itself once more: a server that is down is not asked in a circle. */
const RELOAD_AFTER_MS = 10_000;

/**
 * Load the page once more when its kernel is gone: the browser knows where the person was, and what waits is sent by the
 * next kernel.
 * @param {{health: () => Health, signal: AbortSignal}} panel
 */
export function followKernel({ health, signal }) {
  const opened = performance.now();
  const timer = setInterval(async () => {
    if (document.hidden || health() === "live" || performance.now() - opened < RELOAD_AFTER_MS) return;
    if (health() === "lost" || (await isGone())) location.reload();
  }, LOOK_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
}

/** Whether the server says that it has this page's kernel no more; one that cannot be reached says nothing. */
async function isGone() {
  try {
    const { baseUrl, kernelId } = JSON.parse(document.getElementById("jupyter-config-data")?.textContent ?? "");
    return (await fetch(`${baseUrl}api/kernels/${kernelId}`)).status === 404;
  } catch {
    return false;
  }
}
