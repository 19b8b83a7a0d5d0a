import { plural } from "../format.js";

/** @import { Answer, Health, Link } from "../link.js" */

/**
 * @typedef {{version: number, stage: string, run: string, snapshot: string, created: string, predictions: number, metrics: Record<string, number>}} Version
 * @typedef {{at: string, version: number, before: string | null, after: string | null, annotator: string}} Event
 * @typedef {{ids: number[], columns: number, cell: number, sizes: [number, number][], url: string}} Pictures
 * @typedef {{kind: "version" | "sample" | "compare", value: any, pictures: Pictures | null}} Detail
 * @typedef {{text: string, button: string, run: () => Promise<void>}} Question
 *
 * @typedef {object} State
 * @property {Version[] | null} versions Null until the kernel has told them.
 * @property {string[]} metrics
 * @property {Event[]} history
 * @property {number[]} chosen At most two versions.
 * @property {Detail | null} detail
 * @property {{ok: boolean, disagreements: {kind: string, text: string, repair: string | null}[], repaired: string[]} | null} agreement
 * @property {Question | null} question
 * @property {{text: string, trouble: boolean} | null} notice
 * @property {Health} health
 * @property {string} waiting What the panel waits for, empty when for nothing.
 */

/** What the panel shows, and its calls to the kernel. */
export class Desk {
  /** @param {Link} link @param {string} theme @param {() => void} draw */
  constructor(link, theme, draw) {
    this.link = link;
    this.theme = theme;
    this.draw = draw;
    /** @type {State} */
    this.state = {
      versions: null, metrics: [], history: [], chosen: [], detail: null, agreement: null, question: null, notice: null,
      health: "live", waiting: "",
    };
  }

  /** @param {Partial<State>} patch */
  set(patch) {
    Object.assign(this.state, patch);
    this.draw();
  }

  /** Ask the kernel, say what is waited for, and tell what did not work. @param {string} waiting @param {string} method @param {any} [params] @returns {Promise<Answer | null>} */
  async ask(waiting, method, params = {}) {
    this.set({ waiting });
    try {
      return await this.link.call(method, params);
    } catch (error) {
      this.set({ notice: { text: error instanceof Error ? error.message : String(error), trouble: true } });
      return null;
    } finally {
      this.set({ waiting: "" });
    }
  }

  async load() {
    const answer = await this.ask("Loading the versions …", "versions");
    if (answer) this.set(answer.value);
  }

  /** Look at one version, or with a second one compare the two. @param {number} version */
  async choose(version) {
    const { chosen } = this.state;
    const next = chosen.includes(version) ? chosen.filter((other) => other !== version) : [...chosen, version].slice(-2);
    this.set({ chosen: next, notice: null });
    if (next.length === 0) return this.set({ detail: null });
    const [first, second] = [...next].sort((a, b) => a - b);
    return next.length === 1
      ? this.#show("version", "Tracing the version …", { version: first })
      : this.#show("compare", "Comparing …", { first, second });
  }

  /** @param {string} sample */
  trace(sample) {
    this.set({ chosen: [], notice: null });
    return this.#show("sample", "Tracing the sample …", { sample });
  }

  /** Put a version into a stage after a question that says what will happen. @param {Version} row @param {string} stage */
  move(row, stage) {
    const holder = this.state.versions?.find((other) => other.stage === stage && other.version !== row.version);
    const one = stage === "production" || stage === "staging";
    const former = holder && one ? ` Version ${holder.version} will be archived.` : "";
    const words = stage === "archived" ? `Take version ${row.version} out of ${row.stage} and archive it?` : `Put version ${row.version} into ${stage}?`;
    this.set({
      question: {
        text: `${words}${former}`,
        button: stage === "archived" ? `Archive version ${row.version}` : `Promote version ${row.version}`,
        run: async () => {
          const done = await this.ask("Changing the stage …", "promote", { version: row.version, stage });
          if (done) await this.#changed(`Version ${row.version} is now in ${stage}.`);
        },
      },
    });
  }

  /** @param {Version} row */
  remove(row) {
    this.set({
      question: {
        text: `Delete version ${row.version} from the registry with its ${plural(row.predictions, "prediction")}? Its run stays.`,
        button: `Delete version ${row.version}`,
        run: async () => {
          const done = await this.ask("Deleting …", "delete", { version: row.version });
          if (done) await this.#changed(`Version ${row.version} is deleted.`);
        },
      },
    });
  }

  async check() {
    const answer = await this.ask("Comparing MLflow with the store …", "check");
    if (answer) this.set({ agreement: answer.value });
  }

  async repair() {
    const answer = await this.ask("Mending …", "repair");
    if (!answer) return;
    this.set({ agreement: answer.value });
    await this.load();
  }

  async confirm() {
    const { question } = this.state;
    this.set({ question: null });
    await question?.run();
  }

  /** One step back. */
  out() {
    if (this.state.question) this.set({ question: null });
    else this.set({ detail: null, chosen: [], notice: null });
  }

  /** @param {Detail["kind"]} kind @param {string} waiting @param {any} params */
  async #show(kind, waiting, params) {
    const answer = await this.ask(waiting, kind, params);
    if (this.state.detail?.pictures) URL.revokeObjectURL(this.state.detail.pictures.url);
    if (!answer) return this.set({ detail: null });
    const { sheet } = answer.value;
    const [bytes] = answer.buffers;
    const url = sheet && bytes ? URL.createObjectURL(new Blob([/** @type {any} */ (bytes)], { type: sheet.type })) : "";
    return this.set({ detail: { kind, value: answer.value, pictures: url ? { ...sheet, url } : null } });
  }

  /** @param {string} text */
  async #changed(text) {
    this.set({ notice: { text, trouble: false }, chosen: [], detail: null, agreement: null });
    await this.load();
  }
}
