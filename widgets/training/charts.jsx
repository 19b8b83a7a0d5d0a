import { Chart } from "../shared/chart.jsx";
import { overEpochs } from "./curves.js";

/** @import { Epoch } from "./messages.js" */

/**
 * The loss from the first steps on, and loss and accuracy over the epochs.
 * @param {{epochs: Epoch[], steps: [number, number][], to?: number}} props `to` is the last epoch that there is room for.
 */
export function TrainingCharts({ epochs, steps, to }) {
  /** @param {string} metric */
  const over = (metric) =>
    ["train", "valid"].map((name) => ({ name, points: overEpochs(epochs, `${name}_${metric}`) }));
  const train = [{ name: "train", points: steps.map(([x, y]) => ({ x, y })) }];
  // A training that took less than a second has a step or two to show, and its epochs say more.
  const few = epochs.length > 1 && steps.length < 3;
  return (
    <div class="wb-charts">
      {!few && <Chart title="loss" along="step" series={train} whole />}
      <Chart title="loss" along="epoch" series={over("loss")} from={1} to={to} whole />
      <Chart title="accuracy" along="epoch" series={over("accuracy")} from={1} to={to} whole />
    </div>
  );
}
