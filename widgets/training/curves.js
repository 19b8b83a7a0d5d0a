/** @import { Epoch } from "./messages.js" */

/**
 * Lines of a metric over the epochs, as points of a drawing of the given size; y grows downwards.
 * @param {Epoch[]} epochs @param {string[]} names @param {number} total Epochs that there will be.
 * @param {number} width @param {number} height
 */
export function curves(epochs, names, total, width, height) {
  const values = names.flatMap((name) => epochs.map((row) => row[name])).filter((value) => Number.isFinite(value));
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = high > low ? high - low : 1;
  const lines = names.map((name) => ({
    name,
    points: epochs
      .filter((row) => Number.isFinite(row[name]))
      .map((row) => ({
        epoch: row.epoch,
        value: row[name],
        x: total > 1 ? ((row.epoch - 1) / (total - 1)) * width : width / 2,
        y: height - ((row[name] - low) / span) * height,
      })),
  }));
  return { low, high, lines: values.length ? lines : [] };
}

/**
 * Seconds until the last epoch ends, from the pace of the epochs so far; null before the first one has ended.
 * @param {Epoch[]} epochs @param {number} total @param {number} share Part of the present epoch that is done, 0 to 1.
 */
export function secondsLeft(epochs, total, share) {
  if (epochs.length === 0) return null;
  const recent = epochs.slice(-3).map((row) => row.seconds);
  const pace = recent.reduce((sum, value) => sum + value, 0) / recent.length;
  return Math.max(0, total - epochs.length - share) * pace;
}
