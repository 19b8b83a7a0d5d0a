/**
 * What travels between the launch panel and the kernel, as in `workbench/panels/launch/messages.py`.
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
 * @property {string | null} run_id
 * @property {string} notebook
 *
 * @typedef {{epochs: Record<string, number>[], steps: [number, number][]}} Curves The epochs that are done, and the training loss of some steps.
 *
 * @typedef {{themes: {name: string, labeled: number}[], launches: Launch[]}} Found All themes, and the trainings, the latest first.
 *
 * @typedef {{
 *   state: {params: {}, value: Found},
 *   curves: {params: {id: string}, value: Curves},
 *   log: {params: {id: string}, value: string},
 *   start: {params: {theme: string, values: Record<string, any>, run_name: string}, value: string},
 *   stop: {params: {id: string, at_once: boolean}, value: string},
 * }} LaunchCalls
 */
export {};
