/** @import { Point } from "../shared/chart_scale.js" */

/**
 * The best value so far at each trial. @param {[number, number][]} history Trial number and value, by the number. @param {string} direction
 * @returns {Point[]}
 */
export function bestSoFar(history, direction) {
  const better = direction === "minimize" ? Math.min : Math.max;
  let best = direction === "minimize" ? Infinity : -Infinity;
  return history.map(([x, value]) => {
    best = better(best, value);
    return { x, y: best };
  });
}
