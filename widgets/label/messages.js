/**
 * The shapes that travel between the kernel and the label panel, and those that its parts share.
 *
 * @typedef {{id: number, name: string, color: string, position: number}} Label
 *
 * @typedef {object} Item One sample as the kernel sends it.
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
 * @property {import("./queue.js").Opinion[]} [opinions] What annotators said of it who disagree.
 * @property {string | number | null} cursor Its value in the order that it was listed in.
 *
 * @typedef {{label: number | null, skipped: boolean}} Decision What a person said of an image.
 *
 * @typedef {object} Where Which samples are meant; what is absent does not narrow.
 * @property {"all" | "labeled" | "unlabeled" | "skipped"} state
 * @property {number | null} label
 * @property {string | null} split
 * @property {string | null} annotator
 * @property {string} search
 * @property {number[] | null} [ids] These samples only.
 * @property {boolean} [answered] Only what the model of a review has said something of, as in the gallery.
 * @property {number | null} [predicted] The label that the model of a review gave it.
 * @property {"any" | "open" | "agrees" | "differs"} [agreement] How that answer stands to the person's label.
 * @property {number | null} [lowest] Bounds of its score.
 * @property {number | null} [highest]
 *
 * @typedef {"id" | "-id" | "name" | "-name" | "labeled_at" | "-labeled_at" | "score" | "-score"} Sort
 *
 * @typedef {object} Entry One edit of a person, as the journal keeps it until the kernel has committed it.
 * @property {string} key Unique; the store applies it once.
 * @property {number} order
 * @property {"decide" | "bulk" | "accept" | "delete" | "opinion" | "settle" | "undo"} kind
 * @property {string} annotator
 * @property {number} [sample] decide, opinion, settle: the sample.
 * @property {Decision} [to] decide, bulk, opinion, settle: the decision.
 * @property {Decision} [seen] decide: what the person saw when deciding.
 * @property {string | null} [split] decide: the sample's split, for the counts.
 * @property {number[] | null} [ids] bulk and delete: these samples ...
 * @property {Where | null} [where] ... or all that match.
 * @property {number[]} [labels] accept: the label of each of `ids` ...
 * @property {Decision[]} [seens] accept: ... and what the person saw of it.
 * @property {string} [of] undo: the key of the edit to undo; the annotator's last one when absent.
 *
 * @typedef {object} Outcome The result of an entry.
 * @property {string} key
 * @property {"changed" | "unchanged" | "replayed" | "conflict" | "missing" | "failed"} status
 * @property {Partial<Item> & {id: number}} [current] decide: how the sample stands now.
 * @property {number} [changed] bulk, delete, undo: how many samples changed.
 * @property {number} [unchanged]
 * @property {number[]} [samples] undo: the samples, when they are few.
 * @property {string} [message] What to tell the person.
 *
 * @typedef {[number | null, boolean, string | null, number]} CountRow label, skipped, split, number of samples.
 *
 * @typedef {[number | null, string, number]} AnswerRow predicted label, agreement, number of samples.
 *
 * @typedef {object} Change One committed change, by whomever.
 * @property {number} sample
 * @property {Decision} before
 * @property {Decision} after
 * @property {string | null} split
 * @property {string} annotator
 * @property {string} at
 *
 * @typedef {object} ThemeCard
 * @property {number} id
 * @property {string} name
 * @property {string} description
 * @property {Label[]} labels
 * @property {string} task "boxes" where each image holds boxes with labels, not one label.
 * @property {{samples: number, labeled: number, skipped: number, splits: Record<string, number>}} counts
 * @property {{boxes: number, submitted: number} | null} boxes How far its boxes are, where it has some.
 *
 * @typedef {object} Sheet Thumbnails of many samples in one picture.
 * @property {number[]} ids
 * @property {[number, number][]} sizes Width and height of each, in pixels; [0, 0] when it cannot be shown.
 * @property {number} columns
 * @property {number} cell Side of a cell in pixels.
 * @property {string} type
 * @property {number[]} left Samples whose thumbnails were not ready in time: ask for them once more.
 */
export {};
