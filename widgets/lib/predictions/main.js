import { mount } from "../label/main.js";

/** @import { Model } from "../link.js" */

/** The label panel over a model's answers: what differs is in its configuration. @param {{model: Model, el: HTMLElement, signal?: AbortSignal}} view */
function render(view) {
  return mount(view, "Prediction gallery");
}

export default { render };
