import { h } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { drop } from "../uploading.js";
import { Bar } from "./bar.js";
import { Dialogs } from "./dialogs.js";
import { FocusView, TypingBox } from "./focus.js";
import { Grid } from "./grid.js";
import { Home } from "./home.js";
import { Side } from "./side.js";
import { Pager, Status } from "./status.js";
import { Table } from "./table.js";
import { SelectionBar, Tools } from "./tools.js";

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
  return h(
    "div",
    { class: "wb-body", ...dropping(desk) },
    h(Bar, { desk }),
    state.view === "home" && h(Home, { desk }),
    state.view === "focus" && h(FocusView, { desk }),
    (state.view === "grid" || state.view === "table") && h(Browse, { desk }),
    h(Status, { desk }),
    state.dropping && h("div", { class: "wb-drop" }, "Drop images or folders to add them"),
    h(Dialogs, { desk }),
  );
}

/** @param {{desk: Desk}} props */
function Browse({ desk }) {
  return h(
    "div",
    { class: "wb-browse" },
    h(Side, { desk }),
    h(
      "div",
      { class: "wb-main" },
      h(Tools, { desk }),
      h(SelectionBar, { desk }),
      desk.state.view === "grid" ? h(Grid, { desk }) : h(Table, { desk }),
      desk.typing.active && h(TypingBox, { desk }),
      h(Pager, { desk }),
    ),
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
