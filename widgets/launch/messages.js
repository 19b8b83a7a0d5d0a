/**
 * What travels between the launch panel and the kernel, as in `workbench/panels/launch/messages.py`.
 *
 * @import { Sheet } from "../shared/messages.js"
 * @import { Cell, TestImage } from "../training/messages.js"
 *
 * @typedef {object} Launch A training in the background.
 * @property {string} id
 * @property {string} theme
 * @property {string} name
 * @property {Record<string, any>} overrides
 * @property {string} state
 * @property {string} phase
 * @property {string} error
 * @property {number} started Seconds since 1970.
 * @property {number | null} [ended]
 * @property {number} epochs Done so far.
 * @property {number | null} num_epochs
 * @property {number[]} seconds Of its latest epochs.
 * @property {number | null} batch
 * @property {number | null} batches
 * @property {Record<string, number> | null} last The metrics of the last epoch.
 * @property {number | null} [accuracy]
 * @property {string} test What the accuracy rests on, in words.
 * @property {string | null} run_id
 * @property {boolean} tested Whether its test has been run.
 * @property {string} notebook
 *
 * @typedef {object} Outcome What a training has come to.
 * @property {Record<string, number>[]} epochs That are done.
 * @property {[number, number][]} steps Some steps and their training loss.
 * @property {string[]} class_names
 * @property {number[][] | null} confusion Counts; rows are true labels.
 * @property {string} test What the test accuracy rests on now, in words.
 * @property {{version: number, stage: string} | null} version That was made of it.
 * @property {Record<string, number>} holders Which version each stage holds now.
 *
 * @typedef {{values: Record<string, any>, also: Record<string, any>}} Preset What the fields hold by a preset, and what else it sets.
 *
 * @typedef {{themes: {name: string, labeled: number}[], launches: Launch[]}} Found All themes, and the trainings, the latest first.
 *
 * @typedef {{
 *   state: {params: {}, value: Found},
 *   outcome: {params: {id: string}, value: Outcome},
 *   lineage: import("../shared/lineage.jsx").LineageCall,
 *   images: {params: {id: string} & Cell, value: {count: number, images: TestImage[], sheet: Sheet | null}},
 *   label: {params: {id: string} & Cell & {about: string}, value: string},
 *   register: {params: {id: string, stage: string}, value: string},
 *   compare: {params: {first: string, second: string}, value: any},
 *   networks: {params: {like: string}, value: string[]},
 *   log: {params: {id: string}, value: string},
 *   preset: {params: {theme: string, values: Record<string, any>}, value: Preset},
 *   start: {params: {theme: string, values: Record<string, any>, run_name: string}, value: string},
 *   stop: {params: {id: string, at_once: boolean}, value: string},
 * }} LaunchCalls
 */
export {};
