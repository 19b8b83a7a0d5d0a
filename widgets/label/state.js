import { InstructionsBeside } from "../shared/instructions.js";
import { browserStorage, Journal, journalScope, waitingThemes } from "../shared/journal.js";
import { Link } from "../shared/messages.js";
import { message } from "../shared/polling.js";
import { forget, recall, remember } from "../shared/preferences.js";
import { followStanding, noAssist } from "./assist.js";
import { apply as applyChanges, poll } from "./change_feed.js";
import { Counts } from "./counts.js";
import { settle } from "./edits.js";
import { ExplainedImages } from "./explained.js";
import { countable, EVERYTHING } from "./filters.js";
import { updateHealth } from "./health.js";
import { ImageCache } from "./images.js";
import { followMap, noMap } from "./map.js";
import { ASK_AGAIN_MS } from "./outbox.js";
import { Outboxes } from "./outboxes.js";
import { imageLoaded } from "./presenting.js";
import { Selection } from "./selection.js";
import { newSitting } from "./sitting.js";
import { Thumbnails } from "./thumbnails.js";
import { Typing } from "./typing.js";

/** @import { Health, Model } from "../shared/messages.js" */
/** @import { Outbox } from "./outbox.js" */
/** @import { Label } from "../shared/messages.js" */
/** @import { AnswerRow, Decision, Entry, LabelCalls, Outcome, Review, Sample, Sort, Team, Theme, ThemeCard, Where } from "./messages.js" */
/** @import { Viewport } from "./viewport.js" */

/**
 * @typedef {{text: string, action?: {name: string, run: () => void}, trouble?: boolean}} Notice
 * @typedef {{theme: number, entry: Entry, outcome: Outcome}} Conflict
 * @typedef {{ids: number[], index: number, start: boolean, end: boolean, loading: boolean, sort: Sort, viewport: Viewport | null, flash: string, pendingSteps: number, fetchingThumbnails?: boolean, queue?: import("./queue.js").Kind, asked?: number[], refill?: () => void}} Focus `refill` fetches more of a queue, `asked` are all of the queue of that kind.
 * @typedef {{ids: number[], about: string}} Choice
 *
 * @typedef {object} LabelState What the panel shows.
 * @property {"home" | "grid" | "table" | "focus" | "assist" | "map"} view
 * @property {"grid" | "table"} browse The one to return to.
 * @property {Theme | null} theme
 * @property {ThemeCard[] | null} themes
 * @property {Map<number, number>} covers The sample whose picture stands on a theme's card.
 * @property {Label[]} labels
 * @property {Where} where
 * @property {Sort} sort
 * @property {number} pageSize
 * @property {boolean | null} exact Whether a person chose to see enlarged pixels as squares, or smoothly.
 * @property {number} size Side of a card's picture in pixels.
 * @property {number[]} ids The page.
 * @property {number} offset
 * @property {number} total
 * @property {boolean} loading
 * @property {number} cursor Index in the page.
 * @property {Selection} selection
 * @property {Focus | null} focus
 * @property {(Team & {whole?: boolean}) | null} team `whole` once the members were read
 * @property {import("./assist.js").Assist} assist The model beside: where the theme stands, and the page that is shown.
 * @property {import("./map.js").ThemeMap} map All images as points.
 * @property {Counts} counts
 * @property {Counts | null} scope Counts of what a search, an annotator or a choice of samples leaves; null while they are not known.
 * @property {Choice | null} chosen Samples that the notebook asked to be shown, whether or not the filter is on them now.
 * @property {AnswerRow[]} answers How many samples the model of a review gave which label.
 * @property {string[]} annotators
 * @property {string} annotator
 * @property {Health} health
 * @property {string} progress How far a long change is that an answer waits for.
 * @property {number} since When the last answer came, in milliseconds.
 * @property {Notice | null} notice
 * @property {Conflict[]} conflicts
 * @property {{name: string, [detail: string]: any} | null} dialog
 * @property {import("./sitting.js").Sitting} sitting
 * @property {import("../shared/uploads.js").Upload | null} upload
 * @property {boolean} dropping
 * @property {{title: string, text: string} | null} fatal
 */

const POLL_MS = 2000;
/** So many edits come during one message only when keys come faster than anybody presses them: better a few large messages. */
const MANY_EDITS = 4;
const BUNDLE_MS = 30;
/** So long what stands beside a large image may wait to be drawn: too short to be seen, long enough for several keys. */
const BESIDE_MS = 80;

/** The panel's state, its connection to the kernel, and what it keeps in the browser. Views read `state` and call the functions beside. */
export class LabelPanel {
  /** @param {Model} model @param {AbortSignal} signal @param {(panel: LabelPanel) => void} draw */
  constructor(model, signal, draw) {
    this.model = model;
    this.draw = draw;
    this.signal = signal;
    const config = model.get("config");
    this.storeKey = config.store_key;
    /** @type {Review | null} */
    this.review = null;
    /** Whether this is the gallery of predictions, which shows nothing but predicted samples of one theme. */
    this.gallery = config.gallery === true;
    /** @type {Link<LabelCalls>} */
    this.link = new Link(model, signal, {
      onHealth: (health) => this.#onHealth(health),
      onProgress: (progress) => this.set({ progress }),
      lead: () => this.#lead(),
      pause: () => (this.waiting >= MANY_EDITS ? BUNDLE_MS : 0),
      onLead: ({ value }) => this.#onLead(value),
      onLeadFailed: (error) => this.#onLeadFailed(error),
    });
    this.thumbnails = new Thumbnails(() => this.changed());
    this.images = new ImageCache(this.link, (id) => imageLoaded(this, id));
    this.typing = new Typing();
    this.explained = new ExplainedImages(this.link, () => this.changedBeside(), signal);
    this.outboxes = new Outboxes(
      (theme, born) => new Journal(browserStorage(), journalScope(this.storeKey, theme, born)),
      (size) => this.root?.setAttribute("data-waiting", String(size)),
    );
    /** What earlier views could not send, while it is not known which themes there are. */
    this.leftOver = waitingThemes(browserStorage(), this.storeKey);
    /** What waits of the theme that is open. @type {Outbox | null} */
    this.outbox = null;
    /** The theme of the edits that are under way. */
    this.sendingTheme = 0;
    /** @type {Map<number, Sample>} */
    this.items = new Map();
    /** The edits of this view that can be undone at sight, the latest last. `counted` of its images are counted in the sitting. @type {{key: string, before: Map<number, Decision>, counted?: number}[]} */
    this.edits = [];
    this.feed = { since: 0, newest: 0, seen: new Set() };
    /** Which request for a page is the latest: the answers to earlier ones are passed over. */
    this.latestLoad = 0;
    /** Whether the counts are being read. */
    this.counting = false;
    this.countTimer = 0;
    this.underWayTimer = 0;
    this.searchTimer = 0;
    /** What stands in the search box while it is not applied yet. @type {string | null} */
    this.searchText = null;
    /** What was last kept of where the person is. */
    this.keptPlace = "";
    /** The order that the kernel is asked to index. */
    this.indexed = "";
    /** How many cards the grid has in a row. */
    this.columns = 1;
    /** The cursor moved by key: scroll to it. */
    this.showCursor = false;
    /** Keys refused because their image was not painted. */
    this.refusals = 0;
    /** Where the focus view stands on the page. @type {HTMLElement | null} */
    this.stage = null;
    /** The size of the frame of the focus view. @type {{width: number, height: number} | null} */
    this.frame = null;
    /** Whether the person is in the panel. */
    this.hasFocus = false;
    /** Carries out a command of the keyboard. @type {(command: import("./keys.js").Command) => void} */
    this.run = () => undefined;
    /** @type {HTMLElement | null} */
    this.root = null;
    /** @type {HTMLInputElement | null} */
    this.searchBox = null;
    /** Which drawing is ahead. @type {"" | "now" | "later" | "beside"} */
    this.drawing = "";
    this.drawings = 0;
    this.paused = false;
    /** @type {LabelState} */
    this.state = {
      view: "home",
      browse: this.recall("browse", "grid"),
      theme: null,
      themes: null,
      covers: new Map(),
      labels: [],
      where: EVERYTHING,
      sort: "id",
      pageSize: this.recall("pageSize", 100),
      size: this.recall("size", 96),
      exact: this.recall("exact", null),
      ids: [],
      offset: 0,
      total: 0,
      loading: false,
      cursor: 0,
      selection: new Selection(),
      focus: null,
      team: null,
      assist: noAssist(),
      map: noMap(),
      counts: new Counts(),
      scope: null,
      chosen: model.get("chosen") ?? null,
      answers: [],
      annotators: [],
      annotator: this.recall("annotator", "") || config.annotator,
      health: "live",
      progress: "",
      since: Date.now(),
      notice: null,
      conflicts: [],
      dialog: null,
      sitting: newSitting(),
      upload: null,
      dropping: false,
      fatal: null,
    };
    this.instructions = new InstructionsBeside({
      link: this.link,
      store: this.storeKey,
      changed: () => this.changed(),
      failed: (error) => this.notifyError(error),
    });
    /** What the model beside says of images that are shown large, or soon. @type {Map<number, import("./suggested.js").Suggested>} */
    this.suggested = new Map();
    this.suggesting = false;
    /** Whether the kernel is being asked where the theme stands. */
    this.standingAsked = false;
    /** The size of the frame of the map. */
    this.mapFrame = { width: 0, height: 0 };
    /** Whether the map is being read, and which colors are. */
    this.mapAsked = false;
    this.coloring = "";
    /** As of which event the map is colored, and whether nothing newer was being computed. */
    this.mapColored = { since: -1, fresh: false };
    /** What was decided on the map and is not learned yet: by point its group, and whether it is undecided. @type {Map<number, [number, number]>} */
    this.mapDecided = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.hoverTimer = undefined;
    followStanding(this, signal);
    followMap(this, signal);
    const timer = setInterval(() => poll(this), POLL_MS);
    signal.addEventListener("abort", () => {
      clearInterval(timer);
      this.thumbnails.clear();
      this.images.clear();
    });
  }

  /** @param {Partial<LabelState>} patch */
  set(patch) {
    Object.assign(this.state, patch);
    this.changed();
  }

  /**
   * Draw once after this task of the event loop, however much changes in it. Around an image that is shown large, draw after
   * the next frame: that one belongs to the image, which is on the page already (see `present`).
   */
  changed() {
    if (this.signal.aborted) return;
    const later = this.#large();
    if (later) updateHealth(this);
    if (this.drawing === "now" || (this.drawing === "later" && later)) return;
    if (later) this.#drawAfterFrame();
    else queueMicrotask(this.#drawing("now"));
  }

  /**
   * Draw what a key has changed beside the image that it brought: as soon as the kernel has everything, and within a tenth of
   * a second at the latest. Whoever presses keys faster than that is not kept from it by drawing what cannot be read anyway.
   */
  changedBeside() {
    if (!this.#large()) return this.changed();
    updateHealth(this);
    if (this.drawing === "") setTimeout(this.#drawing("beside"), BESIDE_MS);
  }

  /** Whether one image is shown large and nothing else is looked at. */
  #large() {
    return this.state.view === "focus" && this.stage !== null && !this.state.dialog && !document.hidden;
  }

  #drawAfterFrame() {
    const draw = this.#drawing("later");
    requestAnimationFrame(() => setTimeout(draw, 0));
  }

  /** Schedule a drawing instead of the one that is scheduled. @param {"now" | "later" | "beside"} when @returns {() => void} */
  #drawing(when) {
    this.drawing = when;
    this.drawings += 1;
    const mine = this.drawings;
    return () => {
      if (mine !== this.drawings || this.signal.aborted) return;
      this.drawing = "";
      this.draw(this);
      updateHealth(this);
    };
  }

  /** Tell the person something. @param {string} text @param {Notice["action"]} [action] */
  notify(text, action) {
    this.set({ notice: { text, action } });
  }

  /** Tell the person what did not work. @param {unknown} error */
  notifyError(error) {
    this.set({ notice: { text: message(error), trouble: true } });
  }

  get asking() {
    return this.state.dialog !== null;
  }

  closeDialog() {
    this.set({ dialog: null });
  }

  /** Put the keyboard's focus on what the keys work on. */
  focusMain() {
    const main = /** @type {HTMLElement | null} */ (this.root?.querySelector("[data-main]")) ?? this.root;
    main?.focus({ preventScroll: true });
  }

  answered() {
    this.state.since = Date.now();
  }

  /** The counts with everything that this browser knows to be on its way. @returns {Counts} */
  countsNow() {
    return this.outbox ? this.state.counts.after(this.outbox.changes()) : this.state.counts;
  }

  /** The counts of what search, annotator and choice leave, null while they are not known. @returns {Counts | null} */
  scopeNow() {
    if (countable(this.state.where)) return this.countsNow();
    const { scope } = this.state;
    return scope && this.outbox ? scope.after(this.outbox.changes()) : scope;
  }

  /** How many samples match the filter, with everything that this browser knows to be on its way. */
  matchingNow() {
    const { where, total } = this.state;
    return this.scopeNow()?.total(where) ?? total;
  }

  /** The id of the theme that is open. Throws where there is none: what asks for it is shown with a theme only. */
  get themeId() {
    const { theme } = this.state;
    if (!theme) throw new Error("No theme is open.");
    return theme.id;
  }

  /** @param {number | null} id @returns {Label | undefined} */
  label(id) {
    return this.state.labels.find((label) => label.id === id);
  }

  /** A preference of this browser. @template T @param {string} name @param {T} otherwise @returns {T} */
  recall(name, otherwise) {
    return recall(this.storeKey, name, otherwise);
  }

  /** @param {string} name */
  forget(name) {
    forget(this.storeKey, name);
  }

  /** @param {string} name @param {unknown} value */
  remember(name, value) {
    remember(this.storeKey, name, value);
  }

  /** Open the journal of a theme, with what an earlier view of it could not send. @param {{id: number, born: string}} theme */
  openJournal(theme) {
    this.outbox = this.outboxes.open(theme.id, theme.born);
    if (this.waiting > 0) this.link.sendSoon();
  }

  /** Send what earlier views could not send, whatever its theme. Rejects where the kernel refuses to name the themes. */
  async sendLeftOver() {
    if (this.leftOver.length === 0) return;
    const { value } = await this.link.call("themes");
    for (const { theme, born } of this.leftOver)
      if (value.some((/** @type {ThemeCard} */ card) => card.id === theme && card.born === born))
        this.outboxes.open(theme, born);
    // What is of another store, or of a theme that was deleted, stays in the browser.
    this.leftOver = [];
    if (this.waiting > 0) this.link.sendSoon();
    this.changed();
  }

  /** Forget what is being typed into the search box. */
  stopSearching() {
    clearTimeout(this.searchTimer);
    this.searchText = null;
  }

  /** How many edits wait for the kernel, also those of themes that were left. */
  get waiting() {
    const unread = this.leftOver.filter(({ theme }) => !this.outboxes.boxes.has(theme));
    return unread.reduce((sum, { waiting }) => sum + waiting, this.outboxes.size);
  }

  #lead() {
    const edits = this.paused ? null : this.outboxes.next(this.state.theme?.id);
    if (!edits) return null;
    this.sendingTheme = edits.theme;
    const { since, newest } = this.feed;
    return { method: "commit", params: { ...edits, since, newest } };
  }

  /** @param {any} value */
  #onLead(value) {
    settle(this, this.sendingTheme, value.outcomes);
    if (this.sendingTheme === this.state.theme?.id) applyChanges(this, value);
    this.answered();
    if (this.outboxes.underWay) this.#askAgain();
    // A person who waits for the next image to be looked at sees all that is right; in a run of keys there is time.
    if (this.waiting === 0 && this.drawing === "beside") this.#drawAfterFrame();
  }

  /** Ask in a while how far an edit of many images is. */
  #askAgain() {
    this.changed();
    clearTimeout(this.underWayTimer);
    this.underWayTimer = setTimeout(() => this.link.sendSoon(), ASK_AGAIN_MS + 50);
  }

  /** @param {Error} error */
  #onLeadFailed(error) {
    // The store could not be written (locked, full, gone). The edits stay in the journal and are retried.
    this.notifyError(error);
    this.paused = true;
    setTimeout(() => {
      this.paused = false;
      this.link.sendSoon();
    }, 3000);
  }

  /** @param {Health} health */
  #onHealth(health) {
    this.set({ health });
  }
}
