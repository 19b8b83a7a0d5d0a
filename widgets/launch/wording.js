import { number, plural } from "../shared/format.js";

/** @import { Launch } from "./messages.js" */

/** How a launch stands, in words. @param {Launch} launch */
export function words(launch) {
  const epochs = launch.num_epochs ? `${number(launch.epochs)} of ${plural(launch.num_epochs, "epoch")}` : "";
  const accuracy =
    launch.accuracy === null || launch.accuracy === undefined ? "" : `test accuracy ${launch.accuracy.toFixed(4)}`;
  const valid =
    launch.last?.valid_accuracy === undefined ? "" : `valid accuracy ${launch.last.valid_accuracy.toFixed(4)}`;
  switch (launch.state) {
    case "running":
      return launch.num_epochs
        ? [launch.phase, epochs, valid].filter(Boolean).join(", ")
        : "starting; the first start takes a while";
    case "complete":
      return ["complete", epochs, accuracy].filter(Boolean).join(", ");
    case "stopped":
      return ["stopped, tested and saved", epochs, accuracy].filter(Boolean).join(", ");
    case "interrupted":
      return launch.run_id
        ? `interrupted after ${epochs}; go on with: workbench resume ${launch.run_id}`
        : "stopped before its training had begun";
    case "lost":
      return `its program ended without a word (killed, or the machine was restarted)${launch.run_id ? `; go on with: workbench resume ${launch.run_id}` : ""}`;
    default:
      return `failed: ${launch.error}`;
  }
}

/**
 * The fields' values under another preset: those that somebody changed stay.
 * @param {Record<string, any>} values @param {Record<string, any>} before What the preset before it stood for. @param {Record<string, any>} after
 */
export function following(values, before, after) {
  const kept = Object.entries(values).filter(([name, value]) => String(value) !== String(before[name]));
  return { ...after, ...Object.fromEntries(kept) };
}

/** What a preset sets beside the fields, in words. @param {Record<string, any>} also */
export function alsoSets(also) {
  const shown = (/** @type {any} */ value) => (Array.isArray(value) ? value.join(" ") || "none" : value);
  return Object.entries(also)
    .map(([name, value]) => `${name.split(".").at(-1)?.replaceAll("_", " ")} ${shown(value)}`)
    .join(", ");
}

/**
 * What was typed, as numbers where the settings hold numbers; the kernel refuses what is none.
 * @param {Record<string, any>} values @param {Record<string, any>} usual
 */
export function typed(values, usual) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const number =
        typeof usual[name] === "number" && typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
      return [name, Number.isNaN(number) ? value : number];
    }),
  );
}
