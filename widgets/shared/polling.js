/** @import { Health, Model } from "./messages.js" */

/** What a panel says when its kernel is not the one that made it. */
export const LOST = "The kernel was restarted: run the cell again.";

/** What a panel says while it waits. @param {string} waiting @param {Health} health */
export function waitingWords(waiting, health) {
  return waiting && health === "busy" ? `${waiting} (no answer from the kernel yet)` : waiting;
}

/** @param {unknown} error */
export function message(error) {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Look again and again until the view is gone. What went wrong is told until a look goes well again, and no longer.
 * @param {{signal: AbortSignal, state: {problem: string}, set: (change: {problem: string}) => void}} panel
 * @param {() => Promise<void>} look
 * @param {number} everyMs
 */
export async function watch(panel, look, everyMs) {
  let told = "";
  while (!panel.signal.aborted) {
    try {
      await look();
      if (told !== "" && panel.state.problem === told) panel.set({ problem: "" });
      told = "";
    } catch (error) {
      told = message(error);
      panel.set({ problem: told });
    }
    await new Promise((done) => setTimeout(done, everyMs));
  }
}

/** Hear of new values of a widget's traits, by their names, until the view is gone. @param {Model} model @param {AbortSignal} signal @param {Record<string, (value: any) => void>} traits */
export function hear(model, signal, traits) {
  for (const [name, told] of Object.entries(traits)) {
    const tell = () => told(model.get(name));
    model.on(`change:${name}`, tell);
    signal.addEventListener("abort", () => model.off(`change:${name}`, tell));
  }
}
