/**
 * What travels between the admin panel and the kernel, as in `workbench/panels/admin/messages.py`.
 *
 * @import { Sample } from "../label/messages.js"
 * @import { Label, Sheet } from "../shared/messages.js"
 *
 * @typedef {{id: number, name: string, description: string, task: string, labels: Label[], samples: number, labeled: number, models: number, created: string | null, deleted: string | null}} ThemeRow
 * @typedef {Label & {theme: number, theme_name: string, samples: number, boxes: number}} LabelRow
 * @typedef {Sample & {sha256: string}} SampleRow
 * @typedef {{theme_name: string, version: number, stage: string, run: string, snapshot: string, created: string | null, predictions: number, accuracy: number | null}} ModelRow
 * @typedef {{id: number, at: string | null, annotator: string, source: string, action: string, before: string | null, after: string | null}} EventRow
 * @typedef {{items: SampleRow[], offset: number, total: number, page: number, sheet?: Sheet | null}} Page `page` is how many a page holds.
 * @typedef {{theme: number | null, state: string, label: number | null, split: string, search: string, deleted: boolean, offset: number}} Where
 * @typedef {{name: string, size: number, at: number}} Backup Bytes, and seconds since 1970.
 * @typedef {{database: string, version: string | null, backups: Backup[]}} About
 * @typedef {{changed: number, unchanged?: number}} Changed
 * @typedef {{theme: number | null, ids: number[]}} Chosen
 * @typedef {{theme: string, version: number}} ModelParams
 *
 * @typedef {{
 *   themes: {params: {}, value: ThemeRow[]},
 *   labels: {params: {}, value: LabelRow[]},
 *   models: {params: {}, value: ModelRow[]},
 *   samples: {params: Where, value: Page},
 *   history: {params: {theme: number | null, sample: number}, value: EventRow[]},
 *   consequences: {params: {kind: string, id?: number, ids?: number[], theme?: string, version?: number}, value: string[]},
 *   "edit theme": {params: {theme: number, name?: string, description?: string}, value: any},
 *   "delete theme": {params: {theme: number}, value: null},
 *   "restore theme": {params: {theme: number}, value: any},
 *   "edit label": {params: {theme: number, label: number, name?: string, color?: string, annotator: string}, value: Label[]},
 *   "delete label": {params: {theme: number, label: number}, value: Label[]},
 *   "label samples": {params: Chosen & {label: number | null}, value: Changed},
 *   "delete samples": {params: Chosen, value: Changed},
 *   "restore samples": {params: Chosen, value: Changed},
 *   promote: {params: ModelParams & {stage: string}, value: any},
 *   "delete model": {params: ModelParams, value: {predictions: number}},
 *   about: {params: {}, value: About},
 *   check: {params: {}, value: any},
 *   "back up": {params: {}, value: {name: string, rows: number, images: number, bytes: number, missing: number}},
 *   "preview clean": {params: {days: number}, value: any},
 *   clean: {params: {days: number}, value: any},
 * }} AdminCalls The calls of the admin panel; each also names the `annotator` that changes are recorded for.
 */
export {};
