import { crisp, fitted } from "./viewport.js";
import { decisionName } from "./wording.js";

/** @import { Desk } from "./desk.js" */
/** @import { Size, Viewport } from "./viewport.js" */

/** The image that the focus view is at. @param {Desk} desk @returns {number | undefined} */
export function presentId(desk) {
  const { focus } = desk.state;
  return focus?.ids[focus.index];
}

/** The image, its size in pixels and where it lies in the frame; null while it is not decoded. @param {Desk} desk @returns {{image: HTMLImageElement, size: Size, view: Viewport} | null} */
export function presented(desk) {
  const { focus } = desk.state;
  const id = presentId(desk);
  const image = id === undefined ? null : desk.pictures.get(id)?.image;
  if (!focus || !image || !desk.frame) return null;
  const size = { width: image.naturalWidth, height: image.naturalHeight };
  return { image, size, view: focus.viewport ?? fitted(size, desk.frame) };
}

/** Whether the image that the focus view is at stands on the page. @param {Desk} desk */
export function painted(desk) {
  const image = presented(desk)?.image;
  return image?.isConnected === true && desk.stage?.dataset.sample === String(presentId(desk));
}

/** Show an image that has come, if it is the one that is waited for. @param {Desk} desk @param {number} id */
export function arrived(desk, id) {
  if (id !== presentId(desk)) return;
  present(desk);
  desk.changed();
}

/**
 * Put the image that the focus view is at on the page. This happens with the key itself; all that stands around it is drawn
 * with the next frame, so that keys are taken as fast as anybody presses them.
 * @param {Desk} desk
 */
export function present(desk) {
  const { stage } = desk;
  const holder = stage?.querySelector(".wb-holder");
  if (!stage || !holder) return;
  const id = presentId(desk);
  const item = id === undefined ? undefined : desk.items.get(id);
  stage.setAttribute("aria-label", item ? `${item.name}, ${decisionName(desk, item)}` : "No image");
  if (id === undefined) delete stage.dataset.sample;
  else stage.dataset.sample = String(id);
  const shown = presented(desk);
  if (!shown) {
    holder.replaceChildren();
    return;
  }
  const { image, size, view } = shown;
  image.className = crisp(view.scale) ? "wb-crisp" : "";
  image.style.cssText = `position:absolute;transform-origin:0 0;transform:translate(${view.x}px,${view.y}px);width:${size.width * view.scale}px;height:${size.height * view.scale}px`;
  if (holder.firstChild !== image) holder.replaceChildren(image);
}
