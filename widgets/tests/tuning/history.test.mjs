import assert from "node:assert/strict";
import { test } from "node:test";
import { address } from "../../tuning/address.js";
import { chart } from "../../tuning/history.js";

test("a server is reached below Jupyter's address, and on loopback elsewhere", () => {
  assert.equal(address("/user/mika/", 8080, "/dashboard"), "/user/mika/proxy/8080/dashboard");
  assert.equal(address("/", 5000, "/#/experiments/1"), "/proxy/5000/#/experiments/1");
  assert.equal(address(null, 5000, "/#/experiments/1"), "http://127.0.0.1:5000/#/experiments/1");
});

test("the best so far only gets better", () => {
  const rising = chart(
    [
      [0, 0.5],
      [1, 0.2],
      [3, 0.9],
    ],
    "maximize",
    300,
    100,
  );
  assert.deepEqual(
    rising.points.map(({ x, y }) => [x, y]),
    [
      [0, 57.1],
      [100, 100],
      [300, 0],
    ],
  );
  assert.equal(rising.line, "M0 57.1H100V57.1H300V0H300");
  const falling = chart(
    [
      [0, 0.5],
      [1, 0.2],
      [3, 0.9],
    ],
    "minimize",
    300,
    100,
  );
  assert.equal(falling.line, "M0 57.1H100V100H300V100H300");
});

test("one trial, or none, can be drawn", () => {
  assert.deepEqual(chart([], "maximize", 300, 100).points, []);
  assert.deepEqual(chart([[0, 0.7]], "maximize", 300, 100).points, [{ x: 150, y: 50, number: 0, value: 0.7 }]);
});
