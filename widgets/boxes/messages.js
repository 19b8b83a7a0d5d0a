/**
 * What travels between the box panel and the kernel, as in `workbench/panels/boxes/messages.py`. What is shown travels as
 * traits of the widget.
 *
 * @import { LineageCall } from "../shared/lineage.jsx"
 * @import { InstructionsCall, LabelEdits, Sheet, UploadCall } from "../shared/messages.js"
 *
 * @typedef {{label: string, label_id?: number | null, x: number, y: number, width: number, height: number}} DrawnBox In pixels of the original image; `label_id` is known where it was drawn.
 *
 * @typedef {object} Drawing All boxes of an image, as a person drew them.
 * @property {string} key Unique; the store takes it once.
 * @property {number} theme Where it was drawn, as the kernel may get it when another theme is open.
 * @property {string} born When that theme was made.
 * @property {string} annotator
 * @property {number} order
 * @property {number} sample
 * @property {DrawnBox[]} boxes
 * @property {string | null} seen The state of the image that was drawn over.
 * @property {string[]} earlier Keys of drawings of the image that were not answered when this one was made.
 *
 * @typedef {{accepted: boolean, problem: string, gone?: boolean}} DrawingAnswer Whether the kernel took the boxes over; if not, why: they stay in the browser until a person has changed them. `gone`: there is no such theme (any more).
 *
 * @typedef {"all" | "undecided" | "done" | "skipped"} BoxState
 * @typedef {{id: number, name: string, width: number, height: number, state: BoxState, boxes: DrawnBox[]}} SeenImage An image, what was decided about it, and its boxes, whose labels are known by their ids.
 * @typedef {{images: SeenImage[], before: number, total: number, sheet: Sheet | null}} Overview A page of images, how many of that state come before it and in all.
 *
 * @typedef {Required<DrawnBox> & {sample: number | null, there: boolean}} CutBox A box with its sample in trainings, null where it was not cut out yet; `there` is false for one that is gone.
 *
 * @typedef {{sample: number}} Shown A call about the image that the browser shows; about another one it changes nothing.
 *
 * @typedef {{
 *   open: {params: {theme: string}, value: null},
 *   save: {params: Drawing, value: DrawingAnswer},
 *   recover: {params: Drawing, value: DrawingAnswer},
 *   submit: {params: Drawing, value: null},
 *   skip: {params: Shown, value: null},
 *   undo: {params: Shown, value: null},
 *   step: {params: Shown & {step: number}, value: null},
 *   show: {params: Shown & {wanted: number}, value: null},
 *   go: {params: Shown & {position: number}, value: null},
 *   filter: {params: Shown & {state: string}, value: null},
 *   annotator: {params: Shown & {annotator: string, begin?: boolean}, value: null},
 *   overwrite: {params: Shown, value: null},
 *   "keep theirs": {params: Shown, value: null},
 *   overview: {params: {state: BoxState, at: number, step: number}, value: Overview},
 *   "create theme": {params: {name: string, description: string, labels: {name: string, color: string | null}[]}, value: null},
 *   "edit theme": {params: {theme: number, name: string, description: string}, value: {name: string}},
 *   instructions: InstructionsCall,
 *   lineage: LineageCall,
 *   "cut boxes": {params: {sample: number}, value: {boxes: CutBox[]}},
 *   upload: UploadCall,
 *   "add label": LabelEdits["add label"],
 *   "edit label": LabelEdits["edit label"],
 *   "suggest keys": LabelEdits["suggest keys"],
 *   "reorder labels": LabelEdits["reorder labels"],
 *   "label use": LabelEdits["label use"],
 *   "delete label": LabelEdits["delete label"],
 *   "merge labels": LabelEdits["merge labels"],
 * }} BoxCalls
 */
export {};
