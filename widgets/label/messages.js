/**
 * What travels between the label panel and the kernel, as in `workbench/panels/label/messages.py`.
 *
 * @import { InstructionsCall, Label, LabelEdits, Sheet, UploadCall } from "../shared/messages.js"
 *
 * @typedef {object} Sample
 * @property {number} id
 * @property {string} name
 * @property {number} width Pixels of the original.
 * @property {number} height
 * @property {number} size Bytes.
 * @property {number | null} label
 * @property {boolean} skipped
 * @property {string | null} annotator
 * @property {string | null} at When it was decided, ISO 8601.
 * @property {string | null} split
 * @property {string} added When it was added, ISO 8601.
 * @property {{label: number | null, score: number} | null} [answer] What the model of a review says of it.
 * @property {boolean} [second] Whether an opinion is asked for: somebody else decided already, unseen.
 * @property {boolean} [again] Whether that somebody is the person who is asked.
 * @property {Opinion[]} [opinions] What annotators said of it who disagree.
 * @property {string | number | null} cursor Its value in the order that it was listed in.
 *
 * @typedef {{label: number | null, skipped: boolean}} Decision What a person said of an image.
 * @typedef {Decision & {annotator: string}} Opinion
 *
 * @typedef {object} Where Which samples are meant; what is absent does not narrow.
 * @property {"all" | "labeled" | "unlabeled" | "skipped"} state
 * @property {number | null} label
 * @property {string | null} split
 * @property {string | null} annotator
 * @property {string} search
 * @property {number[] | null} [ids] These samples only.
 * @property {boolean} [unseen] Only labels that were suggested and accepted unseen.
 * @property {boolean} [answered] Only what the model of a review has said something of, as in the gallery.
 * @property {number | null} [predicted] The label that the model of a review gave it.
 * @property {"any" | "open" | "agrees" | "differs"} [match] How that answer stands to the person's label.
 * @property {number | null} [lowest] Bounds of its score.
 * @property {number | null} [highest]
 *
 * @typedef {"id" | "-id" | "name" | "-name" | "labeled_at" | "-labeled_at" | "score" | "-score"} Sort
 *
 * @typedef {object} Entry One edit of a person, as the journal keeps it until the kernel has committed it.
 * @property {string} key Unique; the store applies it once.
 * @property {number} order
 * @property {"decide" | "bulk" | "accept" | "page" | "rest" | "delete" | "opinion" | "settle" | "again" | "undo"} kind
 * @property {string} annotator
 * @property {number} [sample] decide, opinion, settle, again: the sample.
 * @property {Decision} [to] decide, bulk, opinion, settle, again: the decision.
 * @property {Decision} [seen] decide: what the person saw when deciding.
 * @property {string | null} [split] decide: the sample's split, for the counts.
 * @property {number[] | null} [ids] bulk and delete: these samples ...
 * @property {Where | null} [where] ... or all that match.
 * @property {number[]} [labels] accept: the label of each of `ids` ...
 * @property {Decision[]} [seens] accept: ... and what the person saw of it.
 * @property {AssistPage} [page] page: what was shown ...
 * @property {number | null} [label] page: ... the label that it was given, null for none ...
 * @property {number[]} [off] page: ... but for these samples.
 * @property {string} [of] undo: the key of the edit to undo; the annotator's last one when absent.
 *
 * @typedef {object} AssistPage A page that the model beside composed; everything by sample.
 * @property {"look-alikes" | "suggested" | "random" | "check" | "second look" | "similar"} kind
 * @property {number | null} label What all of them are taken for.
 * @property {number[]} shown
 * @property {number[]} said Probabilities of that label.
 * @property {number[]} planted What is known not to belong here.
 * @property {number[]} labels second look: what each looks like ...
 * @property {number[]} seen second look: ... and what was said of it.
 * @property {number[]} [unseen] In the answer: those that were taken off because they could not be shown.
 * @property {number | null} drawn check: its number.
 *
 * @typedef {{right: number, low: number, high: number}} Interval Shares from 0 to 1.
 *
 * @typedef {object} Standing Where a theme stands.
 * @property {string} encoder
 * @property {number} images
 * @property {number} with_features
 * @property {number} decided
 * @property {number} by_model
 * @property {number} goal A share from 0 to 1.
 * @property {"features" | "look-alikes" | "suggested" | "check" | "done"} stage What comes next.
 * @property {(Interval & {presses: number}) | null} estimate
 * @property {(Interval & {checked: number, wrong: number}) | null} checked
 * @property {number} check_left
 * @property {number} overlooked
 * @property {boolean} second_look Whether one is advised.
 * @property {boolean} fresh Whether everything that was answered has been learned.
 * @property {boolean} helpless Whether the labels cannot be told from the features.
 * @property {boolean} filling Whether features are being made.
 * @property {string} trouble
 *
 * @typedef {"label" | "split" | "suggestion" | "correctness" | "annotator"} ColorBy
 * @typedef {{name: string, color: string | null, count: number}} MapGroup Points of one color; null is that of what is undecided.
 *
 * @typedef {object} Outcome The result of an entry.
 * @property {string} key
 * @property {"changed" | "unchanged" | "replayed" | "conflict" | "missing" | "failed" | "running" | "waiting"} status
 * @property {number} [done] running: so many of ...
 * @property {number} [total] ... these images are written.
 * @property {Partial<Sample> & {id: number}} [current] decide: how the sample stands now.
 * @property {number} [changed] bulk, delete, undo: how many samples changed.
 * @property {number} [unchanged]
 * @property {number} [replaced] bulk: how many of the changed had another label before.
 * @property {number} [kept] bulk: how many were left as somebody decided in the meantime.
 * @property {number[]} [samples] undo: the samples, when they are few.
 * @property {string} [action] undo: what was undone.
 * @property {string} [message] What to tell the person.
 *
 * @typedef {object} Change One committed decision, by whomever.
 * @property {number} id
 * @property {number} sample
 * @property {Decision} before
 * @property {Decision} after
 * @property {string | null} split
 * @property {string} annotator
 * @property {string} at
 *
 * @typedef {{since: number, newest: number, whole: boolean, changes: Change[], labels?: Label[]}} Changes What has changed; not `whole` when more happened than a list of decisions can tell.
 *
 * @typedef {[number | null, boolean, string | null, number]} CountRow label, skipped, split, number of samples.
 * @typedef {[number | null, string, number]} AnswerRow predicted label, match, number of samples.
 * @typedef {{since: number, newest: number, seen: number[], rows: CountRow[], annotators: string[], matching?: CountRow[], answers?: AnswerRow[]}} ThemeCounts
 *
 * @typedef {object} Theme
 * @property {number} id
 * @property {string} name
 * @property {string} description
 * @property {string} born When it was made, ISO 8601: tells it from a theme of another store with the same number.
 * @property {Record<string, number> | null} boxes How many by label id, where labels are on boxes.
 *
 * @typedef {object} ThemeCard
 * @property {number} id
 * @property {string} name
 * @property {string} description
 * @property {string} about The description without the marks of Markdown.
 * @property {string} born As that of a theme.
 * @property {Label[]} labels
 * @property {string} task "boxes" where each image holds boxes with labels, not one label.
 * @property {{samples: number, labeled: number, skipped: number, splits: Record<string, number>}} counts `splits` has train, valid, test and unassigned.
 * @property {{boxes: number, submitted: number} | null} boxes How far its boxes are, where it has some.
 *
 * @typedef {object} Review The model whose answers stand beside the samples: a version, or one whose predictions were imported (0).
 * @property {number} version
 * @property {string} stage
 * @property {string} words
 *
 * @typedef {{items: Sample[], offset: number, total: number}} Page
 * @typedef {{items: Sample[], sheet: Sheet | null}} Samples
 * @typedef {{theme: Theme, labels: Label[], counts: ThemeCounts, page: Page, sheet: Sheet | null, review?: Review}} Opened
 *
 * @typedef {{annotator: string, decided: number, opinions: number, assigned: number, last_change: string | null}} Member
 * @typedef {{members: Member[], overlap: number, disagreements: number}} Team
 * @typedef {{label: string, answers: number, percent: number, kappa: number | null}} LabelAgreement
 * @typedef {{first: string, second: string, samples: number, percent: number, kappa: number | null}} PairAgreement
 * @typedef {{samples: number, percent: number, fleiss: number | null, labels: LabelAgreement[], pairs: PairAgreement[]}} Agreement
 *
 * @typedef {{words: string, doubts: {sample_ids: number[], gain: number | null}}} Forecast What more labels should bring.
 * @typedef {{annotator: string, asked: number, same: number, differing: number[]}} Consistency How often one said the same again.
 * @typedef {{annotator: string, labeled: number, quality: number, agreement: number | null, worst_label: string | null}} AnnotatorQuality Shares from 0 to 1.
 * @typedef {{sample_id: number, name: string, label: string | null, consensus: string, quality: number}} LabelQuality
 * @typedef {{images: number, several: number, annotators: AnnotatorQuality[], labels: LabelQuality[], ask: {sample_id: number}[]}} CrowdQuality
 *
 *
 * @typedef {{action: string, source: string, annotator: string, at: string | null, after: string | null}} SampleEvent
 * @typedef {{waiting: boolean, model: string, likely: {name: string, label: number | null, score: number}[]}} Explained `waiting` while the model is loaded; the buffer is a PNG of where it looks.
 * @typedef {{id: number, type?: string, error?: string}} ImageInfo
 *
 * @typedef {{name: string, at: string, annotator: string, note: string}} Tag The name of a state of the labels.
 * @typedef {{whole: boolean, items: {id: number, name: string, label: string, split: string | null}[], offset: number, total: number, at: string, counts: [number, string, number][], sheet: Sheet | null}} StatePage
 * @typedef {{changed: number, unchanged: number, added: number, removed: number, by_annotator: Record<string, number>, cells: {before: number, after: number, words: [string, string], samples: number}[]}} StateDiff
 * @typedef {{id: number, name: string, at: string | null, annotator: string}} ForkedTheme A fork, or the theme that one is of.
 * @typedef {{forks: ForkedTheme[], origin: ForkedTheme | null}} Forks
 *
 * @typedef {{ratios: number[], reset: boolean, valid_from_train: boolean, theme: number}} SplitParams
 * @typedef {{theme: number, where?: Where | null, sort?: Sort}} ListParams
 * @typedef {{side?: number, known?: number[], brief?: boolean}} SheetParams
 * @typedef {ListParams & SheetParams & {offset?: number, limit?: number}} PageParams
 *
 * @typedef {{
 *   open: {params: PageParams, value: Opened},
 *   browse: {params: PageParams, value: {page: Page, sheet: Sheet | null}},
 *   "learn order": {params: ListParams, value: {known: boolean}},
 *   along: {params: ListParams & {cursor: [any, number], backwards?: boolean, limit?: number}, value: Samples},
 *   "last place": {params: {theme: number | null, annotator: string}, value: {theme: number, born: string, sample: number, offset: number} | null},
 *   sheet: {params: SheetParams & {ids: number[]}, value: {sheet: Sheet | null}},
 *   counts: {params: {theme: number, where?: Where | null, review?: Where | null}, value: ThemeCounts},
 *   changes: {params: {theme: number, since: number, newest: number}, value: Changes},
 *   images: {params: {ids: number[]}, value: {images: ImageInfo[]}},
 *   history: {params: {sample: number}, value: SampleEvent[]},
 *   forecast: {params: {theme: number, annotator: string, more: number}, value: Forecast},
 *   lineage: import("../shared/lineage.jsx").LineageCall,
 *   explain: {params: {theme: number, sample: number}, value: Explained},
 *   instructions: InstructionsCall,
 *   themes: {params: {}, value: ThemeCard[]},
 *   covers: {params: {}, value: {covers: [number, number][], sheet: Sheet | null}},
 *   "create theme": {params: {name: string, description: string, labels: {name: string, color: string | null}[]}, value: ThemeCard},
 *   "edit theme": {params: {theme: number, name?: string, description?: string}, value: ThemeCard},
 *   "delete theme": {params: {theme: number, annotator: string}, value: null},
 *   "restore theme": {params: {theme: number}, value: ThemeCard},
 *   "add label": LabelEdits["add label"],
 *   "edit label": LabelEdits["edit label"],
 *   "suggest keys": LabelEdits["suggest keys"],
 *   "reorder labels": LabelEdits["reorder labels"],
 *   "label use": LabelEdits["label use"],
 *   "delete label": LabelEdits["delete label"],
 *   "merge labels": LabelEdits["merge labels"],
 *   "assign samples": {params: SheetParams & {theme: number, annotator: string, number?: number}, value: Samples},
 *   "release samples": {params: {theme: number | undefined, annotator: string}, value: {released: number}},
 *   team: {params: {theme: number, brief?: boolean}, value: Team},
 *   "set overlap": {params: {theme: number, overlap: number}, value: {overlap: number}},
 *   disagreements: {params: SheetParams & {theme: number, number?: number}, value: Samples},
 *   agreement: {params: {theme: number}, value: Agreement},
 *   "annotator quality": {params: {theme: number, annotator: string}, value: CrowdQuality},
 *   repeats: {params: {theme: number, annotator: string}, value: {samples: number[], consistency: Consistency[]}},
 *   "assign asked": {params: SheetParams & {theme: number, annotator: string, samples: number[], number?: number}, value: Samples},
 *   "split settings": {params: {}, value: {ratios: number[], seed: number}},
 *   "preview splits": {params: SplitParams, value: any},
 *   "assign splits": {params: SplitParams & {seed: number, annotator: string}, value: any},
 *   "move to split": {params: {theme: number, split: string, annotator: string, where?: Where | null, ids?: number[] | null}, value: any},
 *   "assist standing": {params: {theme: number}, value: Standing},
 *   "assist page": {params: SheetParams & {theme: number, annotator: string, kind?: string, like?: number[], without?: number[], size?: number}, value: Samples & {page: AssistPage | null, odd: number}},
 *   "assist useful": {params: SheetParams & {theme: number, annotator: string, number?: number, without?: number[]}, value: Samples},
 *   "assist suggestions": {params: {theme: number, ids: number[], number?: number}, value: {suggestions: Record<string, [number, number][]>}},
 *   "assist similar": {params: {theme: number, ids: number[], number?: number}, value: {ids: number[]}},
 *   "assist checked": {params: {theme: number}, value: {ids: number[]}},
 *   "crops": {params: {theme: number, begin?: boolean}, value: {theme: number | null, making: boolean, trouble: string}},
 *   "assist goal": {params: {theme: number, annotator: string, goal: number}, value: Standing},
 *   states: {params: {theme: number}, value: {tags: Tag[]}},
 *   "tag state": {params: {theme: number, name: string, annotator: string}, value: Tag},
 *   "state page": {params: SheetParams & {theme: number, state: string, label?: number | null, offset?: number, limit?: number, quick?: boolean}, value: StatePage},
 *   "state diff": {params: {theme: number, state: string, until: string}, value: StateDiff},
 *   "changed samples": {params: {theme: number, state: string, until: string, before: number, after: number}, value: {ids: number[]}},
 *   forks: {params: {theme: number}, value: Forks},
 *   fork: {params: {theme: number, state: string, name: string, annotator: string}, value: {id: number, name: string}},
 *   "merge fork": {params: {theme: number, annotator: string, dry_run?: boolean}, value: {taken: number, conflicts: number, words: string}},
 *   revert: {params: {theme: number, state: string, ids?: number[] | null, annotator: string, dry_run?: boolean}, value: {changed: number, words: string}},
 *   map: {params: {theme: number, method?: string, renew?: boolean, known?: string}, value: {name: string, method: string, methods: string[], count: number, making: boolean, left: number, trouble: string}},
 *   "map colors": {params: {theme: number, name: string, by: ColorBy}, value: {groups: MapGroup[], fresh: boolean}},
 *   upload: UploadCall,
 * }} LabelCalls The calls of the label panel. What waits in the journal goes before them, as `commit`: see `LabelPanel`.
 */
export {};
