import { useLayoutEffect } from "preact/hooks";
import { drop } from "../uploading.js";
import { Bar } from "./bar.jsx";
import { Dialogs } from "./dialogs.jsx";
import { FocusView, TypingBox } from "./focus.jsx";
import { Grid } from "./grid.jsx";
import { Home } from "./home.jsx";
import { Side } from "./side.jsx";
import { Pager, Status } from "./status.jsx";
import { Table } from "./table.jsx";
import { SelectionBar, Tools } from "./tools.jsx";

/** @import { Desk } from "../desk.js" */

/** The whole panel. @param {{desk: Desk}} props */
export function App({ desk }) {
  const { state } = desk;
  useLayoutEffect(() => {
    // What had the focus may be gone from the page; keys must not fall through to the notebook.
    if (desk.hasFocus && !state.dialog && !desk.root?.contains(document.activeElement)) desk.focusMain();
  });
  useLayoutEffect(() => {
    if (desk.hasFocus && !state.dialog) desk.focusMain();
  }, [state.view]);
  return (
    <div class="wb-body" {...dropping(desk)}>
      <Bar desk={desk} />
      {state.view === "home" && <Home desk={desk} />}
      {state.view === "focus" && <FocusView desk={desk} />}
      {(state.view === "grid" || state.view === "table") && <Browse desk={desk} />}
      <Status desk={desk} />
      {state.dropping && <div class="wb-drop">Drop images or folders to add them</div>}
      <Dialogs desk={desk} />
    </div>
  );
}

/** @param {{desk: Desk}} props */
function Browse({ desk }) {
  return (
    <div class="wb-browse">
      <Side desk={desk} />
      <div class="wb-main">
        <Tools desk={desk} />
        <SelectionBar desk={desk} />
        {desk.state.view === "grid" ? <Grid desk={desk} /> : <Table desk={desk} />}
        {desk.typing.active && <TypingBox desk={desk} />}
        <Pager desk={desk} />
      </div>
    </div>
  );
}

/** @param {Desk} desk */
function dropping(desk) {
  /** @param {DragEvent} event */
  const files = (event) =>
    Boolean(desk.state.theme) && desk.state.view !== "home" && [...(event.dataTransfer?.types ?? [])].includes("Files");
  return {
    onDragOver: (/** @type {DragEvent} */ event) => {
      if (!files(event) || desk.gallery) return;
      event.preventDefault();
      event.stopPropagation();
      if (!desk.state.dropping) desk.set({ dropping: true });
    },
    onDragLeave: (/** @type {DragEvent} */ event) => {
      const to = /** @type {Node | null} */ (event.relatedTarget);
      if (!desk.root?.contains(to)) desk.set({ dropping: false });
    },
    onDrop: (/** @type {DragEvent} */ event) => {
      if (!files(event) || !event.dataTransfer || desk.gallery) return;
      event.preventDefault();
      event.stopPropagation();
      desk.set({ dropping: false });
      drop(desk, event.dataTransfer).catch((error) => desk.complain(error));
    },
  };
}
