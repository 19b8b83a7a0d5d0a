/** @import { Epoch } from "./messages.js" */
/** @import { Point } from "../shared/chart_scale.js" */

/** A metric over the epochs. @param {readonly Epoch[]} epochs @param {string} name @returns {Point[]} */
export function overEpochs(epochs, name) {
  return epochs.filter((row) => Number.isFinite(row[name])).map((row) => ({ x: row.epoch, y: row[name] }));
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
