import { message } from "../shared/polling.js";

/** @import { Answer, Health, Link } from "../shared/messages.js" */
/** @import { About, AdminCalls, EventRow, LabelRow, ModelRow, Page, ThemeRow, Where } from "./messages.js" */

/**
 * @typedef {"themes" | "labels" | "samples" | "models" | "store"} Tab
 *
 * @typedef {object} AdminState
 * @property {Tab} tab
 * @property {(ThemeRow | LabelRow | ModelRow)[] | null} rows Null until the kernel has sent them.
 * @property {ThemeRow[]} themes
 * @property {Page | null} page The page of samples.
 * @property {string} picture The thumbnails of the page, as the address of one picture.
 * @property {Where} where
 * @property {Set<number>} chosen Samples.
 * @property {{name: string, events: EventRow[]} | null} history What happened to one sample.
 * @property {string} filter What the rows must contain.
 * @property {About | null} about The store: where it is, its version, its backups.
 * @property {any} report The last check.
 * @property {number} refused How many changes were refused: what was typed for them is taken back.
 * @property {import("../shared/question.jsx").Asking | null} question
 * @property {{text: string, trouble: boolean} | null} notice
 * @property {Health} health
 * @property {string} waiting
 * @property {string} progress How far a long change is that is waited for.
 */

const WAITING = { themes: "Loading the themes …", labels: "Loading the labels …", models: "Loading the models …" };

/** What the panel shows, and its calls to the kernel. */
export class AdminPanel {
  /** @param {Link<AdminCalls>} link @param {string} annotator @param {() => void} draw */
  constructor(link, annotator, draw) {
    this.link = link;
    this.annotator = annotator;
    this.draw = draw;
    /** @type {AdminState} */
    this.state = {
      tab: "themes",
      rows: null,
      themes: [],
      page: null,
      picture: "",
      history: null,
      filter: "",
      about: null,
      report: null,
      where: { theme: null, state: "all", label: null, split: "", search: "", deleted: false, offset: 0 },
      chosen: new Set(),
      refused: 0,
      question: null,
      notice: null,
      health: "live",
      waiting: "",
      progress: "",
    };
  }

  /** @param {Partial<AdminState>} patch */
  set(patch) {
    Object.assign(this.state, patch);
    this.draw();
  }

  /**
   * Ask the kernel, say what is waited for, and show what did not work.
   * @template {keyof AdminCalls} Name
   * @param {string} waiting @param {Name} method @param {AdminCalls[Name]["params"]} [params]
   * @returns {Promise<Answer<AdminCalls[Name]["value"]> | null>}
   */
  async ask(waiting, method, params = {}) {
    this.set({ waiting });
    try {
      return await this.link.call(method, { annotator: this.annotator, ...params });
    } catch (error) {
      this.set({ notice: { text: message(error), trouble: true } });
      return null;
    } finally {
      this.set({ waiting: "" });
    }
  }

  /** Show one of the tables. @param {Tab} tab */
  async open(tab) {
    this.set({ tab, rows: null, question: null, notice: null, filter: "" });
    await this.reload();
  }

  /** Reload what is shown. */
  async reload() {
    const { tab } = this.state;
    if (tab === "store") {
      const answer = await this.ask("Looking at the store …", "about");
      if (answer) this.set({ about: answer.value });
      return;
    }
    if (tab === "samples") return this.samples({});
    const answer = await this.ask(WAITING[tab], tab);
    if (answer && this.state.tab === tab) this.set({ rows: answer.value });
  }

  /** Show samples that match. @param {Partial<Where>} where */
  async samples(where) {
    const { state } = this;
    // At once, so that what somebody chose stands there while the kernel answers.
    if (Object.keys(where).length > 0) {
      state.where = { ...state.where, offset: 0, ...where };
      state.chosen = new Set();
    }
    const themes = await this.ask("Loading the themes …", "themes");
    if (!themes) return;
    const living = themes.value.filter((theme) => !theme.deleted);
    if (!living.some((theme) => theme.id === state.where.theme)) state.where.theme = living[0]?.id ?? null;
    this.set({ themes: living, history: null });
    if (state.where.theme === null) return this.set({ page: { items: [], total: 0, offset: 0, page: 50 } });
    const answer = await this.ask("Loading the samples …", "samples", state.where);
    if (!answer) return;
    const [bytes] = answer.buffers;
    const { sheet } = answer.value;
    if (state.picture) URL.revokeObjectURL(state.picture);
    const picture =
      sheet && bytes ? URL.createObjectURL(new Blob([/** @type {any} */ (bytes)], { type: sheet.type })) : "";
    const shown = new Set(answer.value.items.map((item) => item.id));
    this.set({ page: answer.value, picture, chosen: new Set([...state.chosen].filter((id) => shown.has(id))) });
  }

  /**
   * Change something and say so.
   * @template {keyof AdminCalls} Name
   * @param {string} waiting @param {Name} method @param {AdminCalls[Name]["params"]} params
   * @param {(value: AdminCalls[Name]["value"]) => string} done Says what was done.
   */
  async change(waiting, method, params, done) {
    const answer = await this.ask(waiting, method, params);
    if (answer) this.set({ notice: { text: done(answer.value), trouble: false }, chosen: new Set() });
    else this.set({ refused: this.state.refused + 1 });
    await this.reload();
  }

  /**
   * Delete something after saying what that means.
   * @template {keyof AdminCalls} Name
   * @param {AdminCalls["consequences"]["params"]} about What the kernel is asked about. @param {string} button
   * @param {Name} method @param {AdminCalls[Name]["params"]} params @param {string} done What to say afterwards.
   */
  async remove(about, button, method, params, done) {
    const answer = await this.ask("Looking at what this means …", "consequences", about);
    if (!answer) return;
    this.set({
      notice: null,
      question: {
        text: answer.value.join(" "),
        button,
        danger: true,
        run: () => this.change("Deleting …", method, params, () => done),
      },
    });
  }
}
