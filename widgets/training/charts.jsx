import { Chart } from "../shared/chart.jsx";
import { overEpochs } from "./curves.js";

/** @import { TestedImages } from "../shared/tested_images.js" */
/** @import { Epoch } from "./messages.js" */

/**
 * The loss from the first steps on, and loss and accuracy over the epochs.
 * @param {{epochs: Epoch[], steps: [number, number][], to?: number, tested?: TestedImages}} props `to` is the last epoch that there is room for; a
 *   point leads to the images of its split where they can be shown (`tested`).
 */
export function TrainingCharts({ epochs, steps, to, tested }) {
  const onSeries = tested
    ? (/** @type {string} */ split) => tested.label({ split }, `the images of ${split}`)
    : undefined;
  /** @param {string} metric */
  const over = (metric) =>
    ["train", "valid"].map((name) => ({ name, points: overEpochs(epochs, `${name}_${metric}`) }));
  const train = [{ name: "train", points: steps.map(([x, y]) => ({ x, y })) }];
  // A training that took less than a second has a step or two to show, and its epochs say more.
  const few = epochs.length > 1 && steps.length < 3;
  return (
    <div class="wb-charts">
      {!few && <Chart title="loss" along="step" series={train} whole />}
      <Chart title="loss" along="epoch" series={over("loss")} from={1} to={to} whole onSeries={onSeries} />
      <Chart title="accuracy" along="epoch" series={over("accuracy")} from={1} to={to} whole onSeries={onSeries} />
    </div>
  );
}
