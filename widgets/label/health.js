import { number } from "../shared/format.js";

/** @import { LabelPanel } from "./state.js" */
/** @import { Entry } from "./messages.js" */

/** What the status line says of the kernel and of what waits for it. @param {LabelPanel} panel */
export function healthWords(panel) {
  const { waiting } = panel;
  const wait = waiting > 0 ? `${number(waiting)} waiting` : "saved";
  switch (panel.state.health) {
    case "lost":
      if (panel.model.get("door")) return `${wait} · the kernel was restarted: this page loads itself once more`;
      return `${wait} · the kernel was restarted: run the cell again${waiting > 0 ? " and they are saved" : ""}`;
    case "busy": {
      // Behind the dialog that began it: it is answered when it has ended.
      if (panel.state.progress) return `${wait} · ${panel.state.progress}`;
      const seconds = Math.round((Date.now() - panel.state.since) / 1000);
      return seconds > 20
        ? `${wait} · no answer from the kernel for ${seconds} s; it goes on when the kernel is back`
        : `${wait} · kernel busy`;
    }
    default:
      return runningWords(panel) ?? wait;
  }
}

/** How far an edit of many images is that the kernel is writing. @param {LabelPanel} panel */
function runningWords(panel) {
  const running = panel.outbox?.running;
  if (!running) return null;
  const { done = 0, total = 0 } = running.outcome;
  const others = panel.waiting > 1 ? ` · ${number(panel.waiting - 1)} waiting` : "";
  const far = total > 0 ? `${number(done)} of ${number(total)} images` : "begun";
  return `${doing(running.entry)}: ${far} · go on labeling, what you decide stays${others}`;
}

/** @param {Entry} entry */
function doing(entry) {
  switch (entry.kind) {
    case "delete":
      return "deleting";
    case "undo":
      return "undoing";
    case "accept":
    case "rest":
      return "accepting";
    default:
      return entry.to?.label != null ? "labeling" : entry.to?.skipped ? "skipping" : "clearing";
  }
}

/** Write the status line at once: it is right also while the rest of the panel waits to be drawn. @param {LabelPanel} panel */
export function updateHealth(panel) {
  const words = panel.root?.querySelector("[data-health]")?.firstChild;
  if (!(words instanceof Text)) return;
  const said = healthWords(panel);
  if (words.data !== said) words.data = said;
}
