import { refreshCounts, reload } from "./browsing.js";

/** @import { LabelEditor } from "../shared/labels_dialog.jsx" */
/** @import { LabelPanel } from "./state.js" */

/** What the labels dialog asks of the label panel. @param {LabelPanel} panel @returns {LabelEditor} */
export function labelEditor(panel) {
  return {
    change: async (method, params) => {
      const about = { theme: panel.themeId, annotator: panel.state.annotator };
      const { value } = await panel.link.call(method, { ...about, ...params });
      // A new name is the last edit now: what was decided before it is not what an undo means.
      if ("name" in params && method === "edit label") panel.edits = [];
      panel.set({ labels: value });
    },
    use: async (label) => (await panel.link.call("label use", { label })).value,
    onGone: async (method) => {
      // This is the last edit now: what was decided before it is not what an undo means.
      panel.edits = [];
      await refreshCounts(panel);
      await reload(panel, { quiet: true });
      panel.notify(method === "merge labels" ? "The labels are merged." : "The label is deleted.", {
        name: "Undo",
        run: () => panel.run({ name: "undo" }),
      });
    },
  };
}
