/**
 * What travels between the explore panel and the kernel, as in `workbench/panels/explore/messages.py`.
 *
 * @typedef {"images" | "boxes"} Subjects Whole images, or the boxes on them, each cut out as training does.
 * @typedef {"train" | "valid" | "test"} Split
 * @typedef {{buffer: number, type: string, width: number, height: number, crisp: boolean}} PictureInfo Which of the answer's buffers it is, what it shows in pixels, whether these are seen as squares.
 * @typedef {{id: number, name: string, label: string, split: string, picture: PictureInfo}} Row A sample or a box; label and split are empty where there is none.
 * @typedef {{theme: string, labels: {id: number, name: string, color: string}[], boxed: boolean, of: Subjects}} Theme
 * @typedef {{name: string, default: any, choices: string[] | null, slider: number[] | null}} StepField
 * @typedef {{name: string, default: any, required: boolean}} Argument Of a transform.
 * @typedef {{draft: any, digest: string, steps: Record<string, StepField[]>, libraries: string[]}} Settings
 *
 * @typedef {{name: string, settings: Record<string, any>, picture: PictureInfo, size: number[], count: number, histogram: number[][]}} Stage What a preprocessing step left.
 * @typedef {{picture: PictureInfo, seed: number, applied: string[]}} Variant
 * @typedef {{transform: string, pictures: PictureInfo[]}} LibraryResult
 *
 * @typedef {object} Preview An image in one view.
 * @property {string} view
 * @property {number} patches
 * @property {Stage[]} [stages]
 * @property {PictureInfo} [original]
 * @property {string} [split]
 * @property {Variant[]} [variants]
 * @property {Record<string, PictureInfo[]>} [splits]
 * @property {string[]} [intents]
 * @property {string} [intent]
 * @property {Record<string, LibraryResult>} [libraries]
 *
 * @typedef {{rows: {picture: PictureInfo, label: string}[], shape: number[], mean: number[], std: number[], from: string, damaged: string[]}} Batch
 *
 * @typedef {{id: number, name: string, label: string, split: string, picture: PictureInfo | null}} Subject
 * @typedef {Subject & {kind: string, reason: string}} Odd
 * @typedef {{images: Subject[], distance: number, same_label: boolean, across_splits: boolean}} Pair Near duplicates.
 * @typedef {{label: string, color: string, count: number, median: number[], least: number[], most: number[], sizes: number[][], centers: number[][]}} Geometry Where a label's boxes are.
 *
 * @typedef {object} Findings What the look at all samples found.
 * @property {Record<string, Record<string, number>>} counts
 * @property {Record<string, string>} colors
 * @property {Geometry[]} boxes
 * @property {number[][]} sizes Width, height, number of images.
 * @property {number[]} mean
 * @property {number[]} std
 * @property {number[][]} levels
 * @property {Odd[]} odd
 * @property {number} odd_count
 * @property {Pair[]} pairs
 * @property {number} pair_count
 *
 * @typedef {{done: number, of: number, total: number} & (Findings | {counts?: undefined})} Survey How far it is; at the end with its findings.
 *
 * @typedef {{images: Subject[], score: number, together: boolean}} Match Two images that match, from 0 to 1.
 * @typedef {{id: number, names: string[], splits: Record<string, number>, target: string, moved: number, images: Subject[]}} Straddling A group in more than one split; mending moves `moved` samples into `target`.
 * @typedef {{encoder: string, threshold: number, compared: number, unreadable: number, pairs: number, groups: number, straddling: number, not_compared: number}} DuplicateSearch
 *
 * @typedef {object} Groups How far a search for near duplicates is; else what is known of them.
 * @property {boolean} running
 * @property {number} done
 * @property {number} of
 * @property {string} what
 * @property {string} problem
 * @property {DuplicateSearch} [search]
 * @property {Match[]} [pairs] On both sides of the threshold.
 * @property {Straddling[]} [straddling]
 * @property {number} [straddling_count]
 *
 * @typedef {{draft: any, sample: number | undefined, of: Subjects, view: string, seed: number, count: number, split: Split, intent: string, quick: boolean}} PreviewParams
 *
 * @typedef {{
 *   open: {params: {}, value: Theme},
 *   lineage: import("../shared/lineage.jsx").LineageCall,
 *   samples: {params: {of: Subjects, label: number | null, split: string, search: string, offset: number}, value: {rows: Row[], total: number, offset: number}},
 *   read: {params: {}, value: Settings},
 *   save: {params: {draft: any, digest: string}, value: {digest: string}},
 *   yaml: {params: {draft: any}, value: {yaml: string}},
 *   transforms: {params: {library: string}, value: {names: string[]}},
 *   arguments: {params: {library: string, transforms: string[]}, value: {arguments: Record<string, Argument[]>}},
 *   preview: {params: PreviewParams, value: Preview},
 *   batch: {params: PreviewParams, value: Batch},
 *   groups: {params: {}, value: Groups},
 *   find_groups: {params: {stop?: boolean}, value: Groups},
 *   move_threshold: {params: {threshold: number}, value: Groups},
 *   mend_groups: {params: {groups: number[] | null}, value: {groups: number, moved: Record<string, number>, said: string}},
 *   survey: {params: {restart: boolean, of: Subjects}, value: Survey},
 * }} ExploreCalls
 */
export {};
