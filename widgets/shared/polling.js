/** @import { Health, Model } from "./messages.js" */

/** What a panel says when its kernel is not the one that made it. */
export const LOST = "The kernel was restarted: run the cell again.";

/** What a panel says while it waits. @param {string} waiting @param {Health} health @param {string} [progress] How far it is, where the kernel has said so. */
export function waitingText(waiting, health, progress = "") {
  if (waiting && progress) return `${waiting} ${progress}`;
  return waiting && health === "busy" ? `${waiting} (no answer from the kernel yet)` : waiting;
}

/** @param {unknown} error */
export function message(error) {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Call `refresh` every so many milliseconds until the view is gone. An error is shown until the next refresh that succeeds.
 * @param {{signal: AbortSignal, state: {problem: string}, set: (change: {problem: string}) => void}} panel
 * @param {() => Promise<void>} refresh
 * @param {number} everyMs
 */
export async function poll(panel, refresh, everyMs) {
  let shown = "";
  while (!panel.signal.aborted) {
    try {
      await refresh();
      if (shown !== "" && panel.state.problem === shown) panel.set({ problem: "" });
      shown = "";
    } catch (error) {
      shown = message(error);
      panel.set({ problem: shown });
    }
    await new Promise((done) => setTimeout(done, everyMs));
  }
}

/** Call back with new values of a widget's traits, by their names, until the view is gone. @param {Model} model @param {AbortSignal} signal @param {Record<string, (value: any) => void>} traits */
export function onTraits(model, signal, traits) {
  for (const [name, callback] of Object.entries(traits)) {
    const onChange = () => callback(model.get(name));
    model.on(`change:${name}`, onChange);
    signal.addEventListener("abort", () => model.off(`change:${name}`, onChange));
  }
}
