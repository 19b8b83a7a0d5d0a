/** @import { Press } from "../label/keys.js" */

/** JupyterLab's own shortcuts with Ctrl or Cmd that would change the cell: they stay in the panel. */
const HELD_BACK = new Set(["enter", "z", "y", "a", "x", "c", "v", "d", "m", "backspace", "delete", " "]);

/** Whether the notebook may see this key; all but its global shortcuts (save, palette, sidebar) are kept from it. @param {Press} press */
export function passes(press) {
  if (press.key === "F5" || press.key === "F11" || press.key === "F12") return true;
  return (press.ctrlKey || press.metaKey) && !HELD_BACK.has(press.key.toLowerCase()) && !press.key.startsWith("Arrow");
}
