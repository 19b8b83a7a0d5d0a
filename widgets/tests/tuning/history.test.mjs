import assert from "node:assert/strict";
import { test } from "node:test";
import { address } from "../../tuning/address.js";
import { bestSoFar } from "../../tuning/history.js";

test("a server is reached below Jupyter's address, and on loopback elsewhere", () => {
  assert.equal(address("/user/mika/", 8080, "/dashboard"), "/user/mika/proxy/8080/dashboard");
  assert.equal(address("/", 5000, "/#/experiments/1"), "/proxy/5000/#/experiments/1");
  assert.equal(address(null, 5000, "/#/experiments/1"), "http://127.0.0.1:5000/#/experiments/1");
});

test("the best so far only gets better", () => {
  /** @type {[number, number][]} */
  const history = [
    [0, 0.5],
    [1, 0.2],
    [3, 0.9],
  ];
  assert.deepEqual(
    bestSoFar(history, "maximize").map(({ y }) => y),
    [0.5, 0.5, 0.9],
  );
  assert.deepEqual(
    bestSoFar(history, "minimize").map(({ x, y }) => [x, y]),
    [
      [0, 0.5],
      [1, 0.2],
      [3, 0.2],
    ],
  );
  assert.deepEqual(bestSoFar([], "maximize"), []);
});
