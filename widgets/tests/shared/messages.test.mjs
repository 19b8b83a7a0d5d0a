import assert from "node:assert/strict";
import { test } from "node:test";
import { Link } from "../../shared/messages.js";

/** The two ends of a comm: what the browser sent is in `sent`, `reply` answers as the kernel does. */
class Comm {
  sent = [];
  listeners = new Map();
  get() {}
  on(event, callback) {
    this.listeners.set(event, callback);
  }
  off(event) {
    this.listeners.delete(event);
  }
  send(content, _callbacks, buffers = []) {
    this.sent.push({ content, buffers });
  }
  reply(
    results,
    { serial = this.sent.at(-1).content.serial, view = this.sent.at(-1).content.view, buffers = [] } = {},
  ) {
    this.listeners.get("msg:custom")({ view, serial, results }, buffers);
  }
  lose() {
    this.listeners.get("comm_live_update")();
  }
}

const task = () => new Promise((done) => setImmediate(done));

function linked(hooks = {}) {
  const comm = new Comm();
  const controller = new AbortController();
  return { comm, controller, link: new Link(comm, controller.signal, hooks) };
}

test("calls of one task share a message, and each gets its own answer", async () => {
  const { comm, link, controller } = linked();
  const both = Promise.all([link.call("a", { x: 1 }), link.call("b")]);
  await task();
  assert.equal(comm.sent.length, 1);
  const [a, b] = comm.sent[0].content.calls;
  assert.deepEqual([a.method, b.method], ["a", "b"]);
  comm.reply([
    { id: b.id, value: "B", buffers: [0, 0] },
    { id: a.id, value: "A", buffers: [0, 0] },
  ]);
  assert.deepEqual(
    (await both).map((answer) => answer.value),
    ["A", "B"],
  );
  controller.abort();
});

test("at most one message is under way; the rest follows in one", async () => {
  const { comm, link, controller } = linked();
  const first = link.call("first");
  await task();
  const others = [link.call("second"), link.call("third")];
  await task();
  assert.equal(comm.sent.length, 1);
  comm.reply([{ id: comm.sent[0].content.calls[0].id, value: null, buffers: [0, 0] }]);
  await first;
  await task();
  assert.equal(comm.sent.length, 2);
  assert.equal(comm.sent[1].content.calls.length, 2);
  for (const other of others) other.catch(() => undefined);
  controller.abort();
});

test("after an answer the next message waits as long as it is asked to, and carries what came since", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { comm, link, controller } = linked({ pause: () => 30 });
  link.call("first").catch(() => undefined);
  await task();
  comm.reply([{ id: comm.sent[0].content.calls[0].id, value: null, buffers: [0, 0] }]);
  link.call("second").catch(() => undefined);
  await task();
  context.mock.timers.tick(29);
  link.call("third").catch(() => undefined);
  await task();
  assert.equal(comm.sent.length, 1);
  context.mock.timers.tick(1);
  await task();
  assert.deepEqual(
    comm.sent[1].content.calls.map((call) => call.method),
    ["second", "third"],
  );
  controller.abort();
});

test("a refusal carries the kernel's words", async () => {
  const { comm, link, controller } = linked();
  const call = link.call("delete");
  await task();
  comm.reply([{ id: comm.sent[0].content.calls[0].id, error: "There is no theme 'x'." }]);
  await assert.rejects(call, /There is no theme 'x'\./);
  controller.abort();
});

test("buffers go with their call and come back with their answer", async () => {
  const { comm, link, controller } = linked();
  const calls = [
    link.call("a", {}, [new ArrayBuffer(1)]),
    link.call("b", {}, [new ArrayBuffer(2), new ArrayBuffer(3)]),
  ];
  await task();
  const { content, buffers } = comm.sent[0];
  assert.deepEqual(
    content.calls.map((call) => call.buffers),
    [
      [0, 1],
      [1, 2],
    ],
  );
  assert.equal(buffers.length, 3);
  const views = [new DataView(new ArrayBuffer(4)), new DataView(new ArrayBuffer(5))];
  comm.reply(
    [
      { id: content.calls[0].id, value: 0, buffers: [1, 1] },
      { id: content.calls[1].id, value: 0, buffers: [0, 1] },
    ],
    { buffers: views },
  );
  const [a, b] = await Promise.all(calls);
  assert.deepEqual([a.buffers[0].byteLength, b.buffers[0].byteLength], [5, 4]);
  controller.abort();
});

test("answers to another view of the same widget are not ours", async () => {
  const { comm, link, controller } = linked();
  let answered = false;
  link.call("a").then(() => {
    answered = true;
  });
  await task();
  comm.reply([{ id: 1, value: "theirs", buffers: [0, 0] }], { view: "another" });
  await task();
  assert.equal(answered, false);
  controller.abort();
});

test("what leads every message is put before the calls, until it is answered", async () => {
  const got = [];
  const { comm, link, controller } = linked({
    lead: () => (got.length < 1 ? { method: "act", params: {} } : null),
    onLead: (answer) => got.push(answer.value),
  });
  link.sendSoon();
  await task();
  assert.deepEqual(
    comm.sent[0].content.calls.map((call) => call.method),
    ["act"],
  );
  comm.reply([{ id: 0, value: "done", buffers: [0, 0] }]);
  assert.deepEqual(got, ["done"]);
  controller.abort();
});

test("a silent kernel is called busy after 1.5 s, and asked once more after 10 s more", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const health = [];
  const { comm, link, controller } = linked({ onHealth: (now) => health.push(now) });
  link.call("first").catch(() => undefined);
  await task();
  comm.reply([{ id: 1, value: null, buffers: [0, 0] }]);
  await task();
  link.call("a").catch(() => undefined);
  await task();
  context.mock.timers.tick(1499);
  assert.deepEqual(health, []);
  context.mock.timers.tick(1);
  assert.deepEqual(health, ["busy"]);
  context.mock.timers.tick(10_000);
  await task();
  assert.equal(comm.sent.length, 3);
  assert.deepEqual(comm.sent[2].content.calls, comm.sent[1].content.calls);
  comm.reply([{ id: 2, value: null, buffers: [0, 0] }]);
  assert.deepEqual(health, ["busy", "live"]);
  controller.abort();
});

test("the first message, which may wait behind a cell, is resent sooner, once", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { comm, link, controller } = linked();
  link.call("look").catch(() => undefined);
  await task();
  context.mock.timers.tick(1500);
  context.mock.timers.tick(1500);
  await task();
  assert.equal(comm.sent.length, 2);
  context.mock.timers.tick(1500);
  context.mock.timers.tick(1500);
  await task();
  assert.equal(comm.sent.length, 2);
  controller.abort();
});

test("nothing is sent to a kernel that is gone", async () => {
  const health = [];
  const { comm, link, controller } = linked({ onHealth: (now) => health.push(now) });
  comm.lose();
  link.call("a").catch(() => undefined);
  await task();
  assert.deepEqual(health, ["lost"]);
  assert.equal(comm.sent.length, 0);
  controller.abort();
});
