/**
 * What travels between the training panel and the kernel, as in `workbench/panels/training/messages.py`.
 *
 * @import { Sheet } from "../shared/messages.js"
 *
 * @typedef {Record<string, number>} Epoch One row of the history; `epoch` counts from 1.
 *
 * @typedef {object} Training What a run says of itself.
 * @property {string} theme
 * @property {string} [run_id]
 * @property {string} run_name
 * @property {string} state
 * @property {number} num_epochs
 * @property {number} [epoch]
 * @property {number} [batch]
 * @property {number} [batches]
 * @property {[number, number][]} [steps] Some steps and their training loss.
 * @property {Epoch[]} epochs
 * @property {string[]} class_names
 * @property {number[][]} [confusion]
 * @property {Record<string, number>} [metrics]
 * @property {string} [test] What the test accuracy rests on, in words.
 * @property {number} [best_epoch]
 * @property {string} [failure]
 *
 * @typedef {{true: string, predicted: string} | {mistakes: true} | {split: string}} Cell A cell of the confusion matrix, all mistakes, or all images of a split.
 * @typedef {{sample_id: number, name: string, true: string, predicted: string, score: number}} TestImage
 *
 * @typedef {{
 *   state: {params: {}, value: Training},
 *   stop: {params: {}, value: string},
 *   lineage: import("../shared/lineage.jsx").LineageCall,
 *   images: {params: Cell, value: {count: number, images: TestImage[], sheet: Sheet | null}},
 *   label: {params: Cell & {about: string}, value: string},
 * }} TrainingCalls
 */
export {};
