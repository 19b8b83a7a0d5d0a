import { chooseFiles, droppedFiles, newUpload, sendFiles, worthSending } from "../shared/uploads.js";
import { refreshCounts, reload } from "./browsing.js";

/** @import { Named } from "../shared/uploads.js" */
/** @import { Theme } from "./messages.js" */
/** @import { LabelPanel } from "./state.js" */

/** Images, or a folder of them, that a person chooses. @param {LabelPanel} panel @param {boolean} folder */
export function choose(panel, folder) {
  const { theme } = panel.state;
  chooseFiles(folder, (files) => {
    upload(panel, files, theme);
    panel.focusMain();
  });
}

/** Files and folders that are dropped. @param {LabelPanel} panel @param {DataTransfer} data */
export async function drop(panel, data) {
  const { theme } = panel.state;
  await upload(panel, await droppedFiles(data), theme);
}

/** Add files to a theme, and say how far it is. @param {LabelPanel} panel @param {Named[]} files @param {Theme | null} theme The one that they are for. */
async function upload(panel, files, theme) {
  const wanted = worthSending(files);
  if (!theme || files.length === 0) return;
  if (wanted.length === 0) return panel.notify("There is nothing to add: the files are empty or hidden.");
  if (panel.state.upload && !panel.state.upload.finished)
    return panel.notify("Other images are being added. Add these when that is done.");
  const state = newUpload(wanted);
  panel.set({ upload: state });
  await sendFiles(wanted, state, {
    theme: theme.id,
    annotator: () => panel.state.annotator,
    send: (params, buffers) => panel.link.call("upload", params, buffers),
    signal: panel.signal,
    changed: () => panel.changed(),
  });
  await refreshCounts(panel);
  if (panel.state.view !== "focus") await reload(panel, { quiet: true });
}
