import assert from "node:assert/strict";
import { test } from "node:test";
import { poll } from "../../shared/polling.js";

/** Watch with these answers, one for each refresh, and return what the status line said after each. */
async function said(answers, between = () => {}) {
  const gone = new AbortController();
  const shown = [];
  const panel = {
    signal: gone.signal,
    state: { problem: "" },
    set(change) {
      Object.assign(this.state, change);
    },
  };
  const refresh = async () => {
    if (looks > 0) shown.push(panel.state.problem);
    between(panel, looks);
    const answer = answers[looks++];
    if (answer === undefined) gone.abort();
    if (answer) throw new Error(answer);
  };
  let looks = 0;
  await poll(panel, refresh, 0);
  return shown;
}

test("an answer that fails is shown until the next one comes", async () => {
  assert.deepEqual(await said(["no disk", "", ""]), ["no disk", "", ""]);
});

test("what something else complained of stays", async () => {
  const complain = (panel, looks) => looks === 1 && panel.set({ problem: "epochs is 'many'" });
  assert.deepEqual(await said(["no disk", "", ""], complain), ["no disk", "epochs is 'many'", "epochs is 'many'"]);
});
