import { side, takeItems } from "./items.js";

/** @import { LabelPanel } from "./state.js" */

/** Show what the theme's labels mean beside the images, or hide it; a browser remembers which. @param {LabelPanel} panel */
export function toggleInstructions(panel) {
  const open = panel.state.instructions === null;
  panel.remember(nameOf(panel), open);
  if (open) return read(panel);
  panel.set({ instructions: null });
}

/** Show the instructions where they have not been hidden; a theme without a description has none to begin with. @param {LabelPanel} panel */
export function openInstructions(panel) {
  panel.state.instructions = null;
  if (panel.recall(nameOf(panel), Boolean(panel.state.theme?.description))) read(panel);
}

/** @param {LabelPanel} panel */
async function read(panel) {
  const { themeId } = panel;
  try {
    const answer = await panel.link.call("instructions", { theme: themeId, side: side(panel) });
    if (panel.state.theme?.id !== themeId) return;
    takeItems(panel, [], answer);
    panel.set({ instructions: answer.value });
  } catch (error) {
    panel.notifyError(error);
  }
}

/** @param {LabelPanel} panel */
function nameOf({ state }) {
  return `${state.theme?.id}/${state.theme?.born}/instructions`;
}
