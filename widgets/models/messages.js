/**
 * What travels between the models panel and the kernel, as in `workbench/panels/models/messages.py`.
 *
 * @import { Sheet } from "../shared/messages.js"
 *
 * @typedef {{version: number, stage: string, run: string, snapshot: string | null, created: string, predictions: number, metrics: Record<string, number>, changed: {changed: Record<string, number>, deleted: number, words: string} | null, test_now: number | null, test_interval: [number, number] | null, test: string, leaks: string, leaking: number | null}} Version
 * @typedef {{at: string, version: number, before: string | null, after: string | null, annotator: string}} StageEvent
 * @typedef {{versions: Version[], metrics: string[], history: StageEvent[], meter: string, leaks: string[]}} Versions
 * @typedef {{run: string, name: string, started: string, metrics: Record<string, number>, test_interval: [number, number] | null}} Run That is not registered.
 * @typedef {{runs: Run[], metrics: string[]}} Runs
 * @typedef {{id: number, name: string, label: string, now: string | null}} SampleRow Its label then and `now`.
 * @typedef {{ok: boolean, differences: {kind: string, text: string, repair: string | null}[], repaired: string[]}} Sync How MLflow's registry and the store agree.
 *
 * @typedef {{
 *   versions: {params: {}, value: Versions},
 *   runs: {params: {}, value: Runs},
 *   register: {params: {run: string, stage: string}, value: {version: number}},
 *   promote: {params: {version: number, stage: string}, value: any},
 *   delete: {params: {version: number}, value: {predictions: number}},
 *   compare: {params: {first: number | string, second: number | string}, value: any},
 *   version: {params: {version: number}, value: any},
 *   samples: {params: {version: number, split: string, label: string, after: number}, value: {samples: SampleRow[], more: boolean, sheet: Sheet | null}},
 *   sample: {params: {sample: string}, value: any},
 *   report: {params: {version: number}, value: string},
 *   lineage: import("../shared/lineage.jsx").LineageCall,
 *   images: {params: {version: number} & import("../training/messages.js").Cell, value: any},
 *   label: {params: {version: number, split?: string, label?: string, about?: string}, value: string},
 *   check: {params: {}, value: Sync},
 *   repair: {params: {}, value: Sync},
 *   retrain: {params: {}, value: {job: string}},
 * }} ModelsCalls
 */
export {};
