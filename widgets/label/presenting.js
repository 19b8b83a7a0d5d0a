import { exact, fitted } from "./viewport.js";
import { decisionName } from "./wording.js";

/** @import { LabelPanel } from "./state.js" */
/** @import { Size, Viewport } from "./viewport.js" */

/** The image that the focus view is at. @param {LabelPanel} panel @returns {number | undefined} */
export function presentId(panel) {
  const { focus } = panel.state;
  return focus?.ids[focus.index];
}

/** The image, its size in pixels and where it lies in the frame; null while it is not decoded. @param {LabelPanel} panel @returns {{image: HTMLImageElement, size: Size, view: Viewport} | null} */
export function presented(panel) {
  const { focus } = panel.state;
  const id = presentId(panel);
  const image = id === undefined ? null : panel.images.get(id)?.image;
  if (!focus || !image || !panel.frame) return null;
  const size = { width: image.naturalWidth, height: image.naturalHeight };
  return { image, size, view: focus.viewport ?? fitted(size, panel.frame, panel.state.exact !== false) };
}

/** Whether the image that the focus view is at stands on the page. @param {LabelPanel} panel */
export function painted(panel) {
  const image = presented(panel)?.image;
  return image?.isConnected === true && panel.stage?.dataset.sample === String(presentId(panel));
}

/** Show an image that has come, if it is the one that is waited for. @param {LabelPanel} panel @param {number} id */
export function imageLoaded(panel, id) {
  if (id !== presentId(panel)) return;
  present(panel);
  panel.changed();
}

/**
 * Put the image that the focus view is at on the page. This happens with the key itself; all that stands around it is drawn
 * with the next frame, so that keys are handled as fast as anybody presses them.
 * @param {LabelPanel} panel
 */
export function present(panel) {
  const { stage } = panel;
  const holder = stage?.querySelector(".wb-holder");
  if (!stage || !holder) return;
  const id = presentId(panel);
  const item = id === undefined ? undefined : panel.items.get(id);
  stage.setAttribute("aria-label", item ? `${item.name}, ${decisionName(panel, item)}` : "No image");
  if (id === undefined) delete stage.dataset.sample;
  else stage.dataset.sample = String(id);
  const shown = presented(panel);
  if (!shown) {
    holder.replaceChildren();
    return;
  }
  const { image, size, view } = shown;
  image.className = exact(panel.state.exact, view.scale) ? "wb-crisp" : "";
  image.style.cssText = `position:absolute;transform-origin:0 0;transform:translate(${view.x}px,${view.y}px);width:${size.width * view.scale}px;height:${size.height * view.scale}px`;
  if (holder.firstChild !== image) holder.replaceChildren(image);
}
