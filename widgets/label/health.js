import { number } from "../shared/format.js";

/** @import { LabelPanel } from "./state.js" */

/** What the status line says of the kernel and of what waits for it. @param {LabelPanel} panel */
export function healthWords(panel) {
  const { waiting } = panel;
  const wait = waiting > 0 ? `${number(waiting)} waiting` : "saved";
  switch (panel.state.health) {
    case "lost":
      if (panel.model.get("door")) return `${wait} · the kernel was restarted: this page loads itself once more`;
      return `${wait} · the kernel was restarted: run the cell again${waiting > 0 ? " and they are saved" : ""}`;
    case "busy": {
      const seconds = Math.round((Date.now() - panel.state.since) / 1000);
      return seconds > 20
        ? `${wait} · no answer from the kernel for ${seconds} s; it goes on when the kernel is back`
        : `${wait} · kernel busy`;
    }
    default:
      return wait;
  }
}

/** Write the status line at once: it is right also while the rest of the panel waits to be drawn. @param {LabelPanel} panel */
export function updateHealth(panel) {
  const words = panel.root?.querySelector("[data-health]")?.firstChild;
  if (!(words instanceof Text)) return;
  const said = healthWords(panel);
  if (words.data !== said) words.data = said;
}
