/** Giving a panel the whole window. It goes to the page's top layer, so that nothing around it cuts it off. */

/** Whether a panel has the window. @param {HTMLElement | null} root */
export function isFull(root) {
  return root?.hasAttribute("popover") === true;
}

/** Give a panel the window, or give the window back to the page. @param {HTMLElement} root @param {boolean} full */
export function setFull(root, full) {
  if (full === isFull(root) || !root.isConnected) return;
  if (full) {
    root.setAttribute("popover", "manual");
    root.showPopover();
  } else {
    root.hidePopover();
    root.removeAttribute("popover");
  }
}

/** Call back once an element stands on the page; what is drawn for the first time may not yet. @param {HTMLElement} element @param {AbortSignal} signal @param {() => void} callback */
export function whenOnPage(element, signal, callback) {
  if (signal.aborted) return;
  if (element.isConnected) callback();
  else requestAnimationFrame(() => whenOnPage(element, signal, callback));
}
