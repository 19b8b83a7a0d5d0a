/** Numbers and times as people read them. */

const WHOLE = new Intl.NumberFormat("en-US");

/** 1797 -> "1,797". @param {number} value */
export function number(value) {
  return WHOLE.format(Math.round(value));
}

/** "1 image", "37 images". @param {number} count @param {string} one @param {string} [many] */
export function plural(count, one, many = `${one}s`) {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** 6840 -> "1h 54m"; under an hour "12m", under a minute "40s". @param {number} seconds */
export function duration(seconds) {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  return minutes < 6000 ? `${Math.floor(minutes / 60)}h ${minutes % 60}m` : `${number(minutes / 1440)} days`;
}

/** 1536 -> "1.5 kB". @param {number} value */
export function bytes(value) {
  if (value < 1000) return `${value} B`;
  const units = ["kB", "MB", "GB"];
  let size = value / 1000;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${size.toFixed(size < 10 ? 1 : 0)} ${units[unit]}`;
}

/** "14:05" today, "3 May 14:05" this year, else with the year. @param {string | null} iso @param {Date} [today] */
export function moment(iso, today = new Date()) {
  if (!iso) return "";
  const at = new Date(iso);
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (at.toDateString() === today.toDateString()) return time;
  const year = at.getFullYear() === today.getFullYear() ? undefined : "numeric";
  return `${at.toLocaleDateString("en-GB", { day: "numeric", month: "short", year })} ${time}`;
}

/** The heading of a column: "test_accuracy" -> "Test accuracy". @param {string} name */
export function heading(name) {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A score of a model: 0.9918 -> "99 %". @param {number} score */
export function share(score) {
  return `${Math.round(score * 100)} %`;
}

/** A share as whole percent that says 100 only when all is done. @param {number} part @param {number} whole */
export function percent(part, whole) {
  if (whole <= 0) return 0;
  return part >= whole ? 100 : Math.min(99, Math.round((100 * part) / whole));
}
