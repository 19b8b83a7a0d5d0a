/**
 * What travels between the tuning panel and the kernel, as in `workbench/panels/tuning/messages.py`; the study's state is
 * that of `workbench/tuning/status.py`.
 *
 * @typedef {object} Trial
 * @property {number} number
 * @property {string} state
 * @property {number[] | null} values
 * @property {Record<string, any>} params
 * @property {number | null} seconds
 * @property {string | null} failure
 * @property {string | null} run_id
 * @property {number | null} [epoch] Of one that is running: how many epochs it has done.
 * @property {number | null} [value] Of one that is running: its value after that epoch.
 *
 * @typedef {{running: boolean, failed: boolean, text: string}} FullRun
 * @typedef {{state: string, error: string, line: string, notebook: string}} Search How its job stands, and the last line that it printed.
 *
 * @typedef {object} Config What optuna_params.yaml says, or the `problem` with it.
 * @property {string} [problem]
 * @property {number} [n_trials]
 * @property {number | null} [timeout] In seconds.
 * @property {string[]} [metrics]
 * @property {[string, string][]} [space] What is searched, in words.
 * @property {string} [file]
 *
 * @typedef {object} Study
 * @property {string} theme
 * @property {string} [study] Its name; absent while there is none.
 * @property {number} study_id
 * @property {string} parent_run_id
 * @property {string[]} metrics
 * @property {string[]} directions
 * @property {number | null} num_epochs How long each trial trains; null where that is searched.
 * @property {FullRun | null} full_run
 * @property {Search | null} search The latest one in the background.
 * @property {number} total
 * @property {number} done
 * @property {number} pruned
 * @property {number} failed
 * @property {Trial | null} best
 * @property {Trial[]} running
 * @property {number | null} seconds_left
 * @property {boolean} stopping
 * @property {boolean} stopped
 * @property {[number, number][]} history Trial number and value.
 * @property {Trial[]} trials
 *
 * @typedef {{kind: "dashboard" | "mlflow", origin: string, number?: number, run_id?: string | null}} OpenParams
 *
 * @typedef {{
 *   state: {params: {}, value: Study},
 *   start: {params: {n_trials: number | null, timeout: number | null, workers: number}, value: string},
 *   stop: {params: {at_once: boolean}, value: string},
 *   train: {params: {num_epochs: number | null}, value: null},
 *   register: {params: {stage: string}, value: string},
 *   open: {params: OpenParams, value: {port: number, path: string}},
 * }} TuningCalls
 */
export {};
