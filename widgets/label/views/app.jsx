import { useLayoutEffect } from "preact/hooks";
import { InstructionsView } from "../../shared/instructions.jsx";
import { drop } from "../uploads.js";
import { AssistView } from "./assist.jsx";
import { Bar } from "./bar.jsx";
import { Dialogs } from "./dialogs.jsx";
import { FocusView, TypingBox } from "./focus.jsx";
import { Grid } from "./grid.jsx";
import { Home } from "./home.jsx";
import { MapView } from "./map.jsx";
import { Side } from "./side.jsx";
import { Pager, Status } from "./status.jsx";
import { Table } from "./table.jsx";
import { Tools } from "./tools.jsx";

/** @import { LabelPanel } from "../state.js" */

/** The whole panel. @param {{panel: LabelPanel}} props */
export function App({ panel }) {
  const { state } = panel;
  useLayoutEffect(() => {
    // What had the focus may be gone from the page; keys must not fall through to the notebook.
    if (panel.hasFocus && !state.dialog && !panel.root?.contains(document.activeElement)) panel.focusMain();
  });
  useLayoutEffect(() => {
    if (panel.hasFocus && !state.dialog) panel.focusMain();
  }, [state.view]);
  return (
    <div class="wb-body" {...dropping(panel)}>
      <Bar panel={panel} />
      {state.view === "home" ? (
        <Home panel={panel} />
      ) : (
        <div class="wb-beside">
          {state.view === "focus" && <FocusView panel={panel} />}
          {state.view === "assist" && <AssistView panel={panel} />}
          {state.view === "map" && <MapView panel={panel} />}
          {(state.view === "grid" || state.view === "table") && <Browse panel={panel} />}
          <InstructionsView
            beside={panel.instructions}
            labels={state.labels}
            onEdit={() => panel.set({ dialog: { name: "theme", theme: state.theme } })}
          />
        </div>
      )}
      <Status panel={panel} />
      {state.dropping && <div class="wb-drop">Drop images or folders to add them</div>}
      <Dialogs panel={panel} />
    </div>
  );
}

/** @param {{panel: LabelPanel}} props */
function Browse({ panel }) {
  return (
    <div class="wb-browse">
      <Side panel={panel} />
      <div class="wb-main">
        <Tools panel={panel} />
        {panel.state.view === "grid" ? <Grid panel={panel} /> : <Table panel={panel} />}
        {panel.typing.active && <TypingBox panel={panel} />}
        <Pager panel={panel} />
      </div>
    </div>
  );
}

/** @param {LabelPanel} panel */
function dropping(panel) {
  /** @param {DragEvent} event */
  const files = (event) =>
    Boolean(panel.state.theme) &&
    panel.state.view !== "home" &&
    [...(event.dataTransfer?.types ?? [])].includes("Files");
  return {
    onDragOver: (/** @type {DragEvent} */ event) => {
      if (!files(event) || panel.gallery) return;
      event.preventDefault();
      event.stopPropagation();
      if (!panel.state.dropping) panel.set({ dropping: true });
    },
    onDragLeave: (/** @type {DragEvent} */ event) => {
      const to = /** @type {Node | null} */ (event.relatedTarget);
      if (!panel.root?.contains(to)) panel.set({ dropping: false });
    },
    onDrop: (/** @type {DragEvent} */ event) => {
      if (!files(event) || !event.dataTransfer || panel.gallery) return;
      event.preventDefault();
      event.stopPropagation();
      panel.set({ dropping: false });
      drop(panel, event.dataTransfer).catch((error) => panel.notifyError(error));
    },
  };
}
