import assert from "node:assert/strict";
import { test } from "node:test";
import { watch } from "../shared/watching.js";

/** Watch with these answers, one for each look, and return what the status line said after each. */
async function said(answers, between = () => {}) {
  const gone = new AbortController();
  const shown = [];
  const desk = {
    signal: gone.signal,
    state: { problem: "" },
    set(change) {
      Object.assign(this.state, change);
    },
  };
  const look = async () => {
    if (looks > 0) shown.push(desk.state.problem);
    between(desk, looks);
    const answer = answers[looks++];
    if (answer === undefined) gone.abort();
    if (answer) throw new Error(answer);
  };
  let looks = 0;
  await watch(desk, look, 0);
  return shown;
}

test("an answer that fails is told until the next one comes", async () => {
  assert.deepEqual(await said(["no disk", "", ""]), ["no disk", "", ""]);
});

test("what something else complained of stays", async () => {
  const complain = (desk, looks) => looks === 1 && desk.set({ problem: "epochs is 'many'" });
  assert.deepEqual(await said(["no disk", "", ""], complain), ["no disk", "epochs is 'many'", "epochs is 'many'"]);
});
