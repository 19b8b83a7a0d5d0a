/**
 * Points of the history chart: each trial's value, and the best so far as a stepped line.
 * @param {[number, number][]} history Trial number and value. @param {string} direction @param {number} width @param {number} height
 * @returns {{points: {x: number, y: number, number: number, value: number}[], line: string, low: number, high: number}}
 */
export function chart(history, direction, width, height) {
  if (history.length === 0) return { points: [], line: "", low: 0, high: 0 };
  const values = history.map(([, value]) => value);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const last = Math.max(...history.map(([number]) => number));
  const x = (/** @type {number} */ number) => (last === 0 ? width / 2 : (number / last) * width);
  const y = (/** @type {number} */ value) =>
    high === low ? height / 2 : height - ((value - low) / (high - low)) * height;
  const better = direction === "minimize" ? Math.min : Math.max;
  let best = values[0];
  const steps = [`M${round(x(history[0][0]))} ${round(y(best))}`];
  for (const [number, value] of history.slice(1)) {
    steps.push(`H${round(x(number))}`);
    best = better(best, value);
    steps.push(`V${round(y(best))}`);
  }
  steps.push(`H${width}`);
  const points = history.map(([number, value]) => ({ x: round(x(number)), y: round(y(value)), number, value }));
  return { points, line: steps.join(""), low, high };
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}
