/**
 * Calls from a panel to its kernel: answered in order, many to a message, at most one message under way, so that a slow
 * kernel meets one bundle and not a backlog.
 *
 * @typedef {object} Model What anywidget gives a view to talk through.
 * @property {(name: string) => any} get
 * @property {(content: any, callbacks?: any, buffers?: ArrayBuffer[]) => void} send
 * @property {(event: string, callback: (...args: any[]) => void) => void} on
 * @property {(event: string, callback: (...args: any[]) => void) => void} off
 *
 * @typedef {Record<string, {params: any, value: any}>} AnyCalls The calls of a panel by their names: what each takes and answers. Each panel declares its own in its `messages.js`, as `messages.py` of the Python half does.
 *
 * @typedef {{ids: number[], sizes: [number, number][], columns: number, cell: number, type: string, left: number[]}} Sheet Thumbnails of many samples in one image, which travels beside: width and height of each in pixels, [0, 0] when it cannot be shown; `cell` is the side of a cell in pixels; `left` are the samples whose thumbnails were not ready in time: ask for them once more.
 *
 * @typedef {{id: number, name: string, color: string, position: number, key: string | null}} Label `key` is the letter or digit that gives it.
 *
 * @typedef {{
 *   "add label": {params: {theme: number, name: string, color?: string | null}, value: Label[]},
 *   "edit label": {params: {theme: number, label: number, name?: string, color?: string, key?: string, annotator: string}, value: Label[]},
 *   "suggest keys": {params: {theme: number, order: "number" | "name"}, value: Label[]},
 *   "reorder labels": {params: {theme: number, order: number[]}, value: Label[]},
 *   "label use": {params: {label: number}, value: {samples: number, boxes: number}},
 *   "delete label": {params: {theme: number, label: number, annotator: string}, value: Label[]},
 *   "merge labels": {params: {theme: number, label: number, into: number, annotator: string}, value: Label[]},
 * }} LabelEdits The calls of the labels dialog, which more than one panel has.
 *
 * @typedef {{html: string, examples: {label: number, pictures: number[]}[], sheet: Sheet | null}} Instructions What a theme's labels mean: its description, and pictures of each label by their ids in the sheet.
 * @typedef {{params: {theme: number, side: number}, value: Instructions}} InstructionsCall Pictures of so many pixels travel beside.
 *
 * @typedef {{name: string, reason: string}} Rejected A file that was not imported.
 * @typedef {{params: {theme: number, annotator: string, pieces: {file: string, name: string, offset: number, size: number}[]}, value: {added: number, duplicates: number, rejected: Rejected[], others: string[]}}} UploadCall Pieces of files; the bytes of each travel beside. `others` are files that are no images.
 *
 * @typedef {"live" | "busy" | "lost"} Health live: answers come; busy: one is overdue; lost: the kernel is another one.
 */

/** @template Value @typedef {{value: Value, buffers: DataView[]}} Answer */

/** @typedef {{id: number, method: string, params: any, buffers: ArrayBuffer[], done: (answer: Answer<any>) => void, failed: (error: Error) => void}} Call */

const OVERDUE_MS = 1500;
const RESEND_MS = 10_000;
const FIRST_RESEND_MS = 1500;

/** @template {AnyCalls} Calls */
export class Link {
  /**
   * @param {Model} model
   * @param {AbortSignal} signal Ends the link.
   * @param {{onHealth?: (health: Health) => void, onProgress?: (words: string) => void, lead?: () => {method: string, params: any} | null, pause?: () => number, onLead?: (answer: Answer<any>) => void, onLeadFailed?: (error: Error) => void}} [hooks]
   *   `onProgress` gets how far a long change is that an answer waits for, and nothing when that has ended. `lead` is asked for one call to put before all others whenever a message leaves; `onLead` gets its answer.
   *   `pause` says how many milliseconds to wait after an answer, so that the next message carries more.
   */
  constructor(model, signal, hooks = {}) {
    this.model = model;
    this.hooks = hooks;
    this.view = crypto.getRandomValues(new Uint32Array(2)).join("-");
    /** @type {Call[]} */
    this.queue = [];
    /** @type {{serial: number, calls: Call[], lead: boolean, at: number} | null} */
    this.inFlight = null;
    this.serial = 0;
    this.calls = 0;
    /** @type {Health} */
    this.health = "live";
    this.overdue = 0;
    this.pausing = 0;
    this.closed = false;
    /** @param {any} content @param {DataView[]} buffers */
    const receive = (content, buffers) => this.#receive(content, buffers);
    const lose = () => this.#lose();
    const tell = () => hooks.onProgress?.(model.get("progress"));
    model.on("msg:custom", receive);
    model.on("change:progress", tell);
    model.on("comm_live_update", lose);
    signal.addEventListener("abort", () => {
      this.closed = true;
      clearTimeout(this.overdue);
      clearTimeout(this.pausing);
      model.off("msg:custom", receive);
      model.off("change:progress", tell);
      model.off("comm_live_update", lose);
    });
  }

  /**
   * Ask the kernel. Rejects with an Error whose message can be shown when the kernel refuses.
   * @template {keyof Calls & string} Name
   * @param {Name} method @param {Calls[Name]["params"]} [params] @param {ArrayBuffer[]} [buffers]
   * @returns {Promise<Answer<Calls[Name]["value"]>>}
   */
  call(method, params = {}, buffers = []) {
    return new Promise((done, failed) => {
      this.calls += 1;
      this.queue.push({ id: this.calls, method, params, buffers, done, failed });
      this.sendSoon();
    });
  }

  /** Send what waits, unless a message is under way. Calls within one task of the event loop share the message. */
  sendSoon() {
    if (this.scheduled || this.pausing || this.inFlight || this.closed || this.health === "lost") return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      if (!this.inFlight && !this.closed && this.health !== "lost") this.#send();
    });
  }

  /** Send what waits now, rather than at the end of this task: what a person waits for goes ahead of what it causes. */
  sendNow() {
    if (this.pausing || this.inFlight || this.closed || this.health === "lost") return;
    this.#send();
  }

  #send() {
    const lead = this.hooks.lead?.() ?? null;
    const calls = this.queue.splice(0);
    if (!lead && calls.length === 0) return;
    this.serial += 1;
    this.inFlight = { serial: this.serial, calls, lead: lead !== null, at: performance.now() };
    /** @type {ArrayBuffer[]} */
    const buffers = [];
    const listed = calls.map((call) => {
      const first = buffers.push(...call.buffers) - call.buffers.length;
      return { id: call.id, method: call.method, params: call.params, buffers: [first, call.buffers.length] };
    });
    if (lead) listed.unshift({ id: 0, method: lead.method, params: lead.params, buffers: [0, 0] });
    this.model.send({ view: this.view, serial: this.serial, calls: listed }, undefined, buffers);
    this.#watch();
  }

  /**
   * Say so when an answer is overdue; after a long while send it a second time: the kernel applies each edit once.
   *
   * The first message is resent sooner. It may have left before JupyterLab had its thread for widgets, and then
   * waits behind the cells; the second goes to that thread.
   */
  #watch() {
    clearTimeout(this.overdue);
    const resend = this.serial === 1 ? FIRST_RESEND_MS : RESEND_MS;
    this.overdue = setTimeout(() => {
      this.#setHealth("busy");
      this.overdue = setTimeout(() => {
        const inFlight = this.inFlight;
        if (!inFlight || this.closed) return;
        this.inFlight = null;
        this.queue.unshift(...inFlight.calls);
        this.sendSoon();
      }, resend);
    }, OVERDUE_MS);
  }

  /** @param {any} content @param {DataView[]} buffers */
  #receive(content, buffers) {
    if (content?.view !== this.view) return;
    clearTimeout(this.overdue);
    this.#setHealth("live");
    const inFlight = this.inFlight;
    // A late answer to a message that was resent: its calls are in the newer message, which is answered too.
    if (!inFlight || content.serial !== inFlight.serial) return;
    this.inFlight = null;
    /** @type {Map<number, any>} */
    const results = new Map(content.results.map((/** @type {any} */ result) => [result.id, result]));
    /** @param {any} result @returns {Answer<any>} */
    const answer = ({ value, buffers: [first, count] }) => ({ value, buffers: buffers.slice(first, first + count) });
    if (inFlight.lead) {
      const result = results.get(0);
      if (result.error === undefined) this.hooks.onLead?.(answer(result));
      else this.hooks.onLeadFailed?.(new Error(result.error));
    }
    for (const call of inFlight.calls) {
      const result = results.get(call.id);
      if (result.error === undefined) call.done(answer(result));
      else call.failed(new Error(result.error));
    }
    const pause = this.hooks.pause?.() ?? 0;
    if (pause === 0 || this.closed) return this.sendSoon();
    this.pausing = setTimeout(() => {
      this.pausing = 0;
      this.sendSoon();
    }, pause);
  }

  #lose() {
    clearTimeout(this.overdue);
    this.inFlight = null;
    this.#setHealth("lost");
  }

  /** @param {Health} health */
  #setHealth(health) {
    if (this.health === health || this.closed) return;
    this.health = health;
    this.hooks.onHealth?.(health);
  }
}
