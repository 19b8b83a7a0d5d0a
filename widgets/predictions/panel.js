import { mount } from "../label/panel.jsx";

/** @import { View } from "../shared/root.js" */

/** The label panel over a model's answers: what differs is in its configuration. @param {View} view */
function render(view) {
  return mount(view, "Prediction gallery");
}

export default { render };
