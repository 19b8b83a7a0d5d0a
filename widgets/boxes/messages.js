/**
 * What travels between the box panel and the kernel, as in `workbench/panels/boxes/messages.py`. What is shown travels as
 * traits of the widget.
 *
 * @typedef {{label: string, label_id?: number | null, x: number, y: number, width: number, height: number}} DrawnBox In pixels of the original image; `label_id` is known where it was drawn.
 *
 * @typedef {object} Drawing All boxes of an image, as a person drew them.
 * @property {string} key Unique; the store takes it once.
 * @property {number} order
 * @property {number} sample
 * @property {DrawnBox[]} boxes
 * @property {string | null} seen The state of the image that was drawn over.
 * @property {string[]} earlier Keys of drawings of the image that were not answered when this one was made.
 *
 * @typedef {{accepted: boolean, problem: string}} DrawingAnswer Whether the kernel took the boxes over; if not, why: they stay in the browser until a person has changed them.
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
 *   go: {params: Shown & {position: number}, value: null},
 *   filter: {params: Shown & {state: string}, value: null},
 *   annotator: {params: Shown & {annotator: string}, value: null},
 *   overwrite: {params: Shown, value: null},
 *   "keep theirs": {params: Shown, value: null},
 * }} BoxCalls
 */
export {};
