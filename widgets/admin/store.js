import { h } from "preact";
import { bytes, moment, number, plural } from "../shared/format.js";

/** @import { Desk } from "./desk.js" */

/** The store as a whole: check, backups, garbage. @param {{desk: Desk}} props */
export function StoreView({ desk }) {
  const { about, report } = desk.state;
  if (!about) return null;
  return [
    h("p", null, "Database ", h("code", null, about.database), `, schema version ${about.version}`),
    h("h3", null, "Check"),
    h(
      "div",
      { class: "wb-row" },
      h("button", { type: "button", onClick: () => check(desk) }, "Check everything"),
      h("span", { class: "wb-faint" }, "reads every row and every image file"),
    ),
    report && h(Report, { report }),
    h("h3", null, "Backups"),
    h(
      "div",
      { class: "wb-row" },
      h("button", { type: "button", onClick: () => backUp(desk) }, "Back up now"),
      h("span", { class: "wb-faint" }, "store and images in one file, while people go on labeling"),
    ),
    about.backups.length === 0
      ? h("p", { class: "wb-faint" }, "There is no backup in db/backups yet.")
      : h(
          "table",
          { "aria-label": "Backups" },
          h(
            "thead",
            null,
            h(
              "tr",
              null,
              h("th", null, "File in db/backups"),
              h("th", { class: "wb-number" }, "Size"),
              h("th", null, "Made"),
            ),
          ),
          h(
            "tbody",
            null,
            about.backups.map((/** @type {any} */ file) =>
              h(
                "tr",
                { key: file.name },
                h("td", null, file.name),
                h("td", { class: "wb-number" }, bytes(file.size)),
                h("td", null, moment(new Date(1000 * file.at).toISOString())),
              ),
            ),
          ),
        ),
    h("h3", null, "Garbage"),
    h(Garbage, { desk }),
  ];
}

/** @param {{report: any}} props */
function Report({ report }) {
  const said = `${plural(report.samples, "sample")}, ${plural(report.files, "file")}, ${bytes(report.bytes)}, checked ${moment(report.at)}.`;
  if (report.count === 0) return h("p", { role: "status" }, `Everything is in order: ${said}`);
  return [
    h("p", { class: "wb-warn", role: "alert" }, `${plural(report.count, "problem")} found: ${said}`),
    h(
      "ul",
      null,
      report.problems
        .slice(0, 20)
        .map((/** @type {any} */ problem, /** @type {number} */ index) =>
          h("li", { key: index }, `${problem.kind}: ${problem.subject}. ${problem.advice}`),
        ),
    ),
  ];
}

/** @param {Desk} desk */
async function check(desk) {
  const answer = await desk.ask("Checking every row and file …", "check");
  if (answer) desk.set({ report: answer.value });
}

/** @param {Desk} desk */
function backUp(desk) {
  return desk.change("Writing the backup …", "back up", {}, (value) => {
    const lost =
      value.missing > 0 ? ` ${plural(value.missing, "image file")} were missing from the store: check it.` : "";
    return `${value.name} holds ${plural(value.rows, "row")} and ${plural(value.images, "image")}, ${bytes(value.bytes)}.${lost}`;
  });
}

/** @param {{desk: Desk}} props */
function Garbage({ desk }) {
  return h(
    "form",
    {
      class: "wb-row",
      onSubmit: (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        const field = /** @type {HTMLInputElement} */ (
          /** @type {HTMLFormElement} */ (event.target).elements.namedItem("days")
        );
        clean(desk, Number(field.value));
      },
    },
    h(
      "label",
      null,
      "What was deleted more than ",
      h("input", { type: "number", name: "days", min: 0, max: 36500, defaultValue: "30", style: { width: "72px" } }),
      " days ago",
    ),
    h("button", { type: "submit" }, "Remove for good…"),
  );
}

/** @param {Desk} desk @param {number} days */
async function clean(desk, days) {
  const answer = await desk.ask("Looking at what would go …", "preview clean", { days });
  if (!answer) return;
  const { samples, themes, kept, snapshots } = answer.value;
  if (samples + themes === 0) {
    const why = kept > 0 ? ` ${number(kept)} stay, because registered models learned from them.` : "";
    return desk.set({
      question: null,
      notice: { text: `Nothing was deleted more than ${plural(days, "day")} ago.${why}`, trouble: false },
    });
  }
  const text = [
    `${plural(samples, "image")} and ${plural(themes, "theme")} go for good, with their history; this cannot be undone.`,
  ];
  if (snapshots > 0) text.push(`${plural(snapshots, "snapshot")} of unregistered runs go with them.`);
  if (kept > 0) text.push(`${number(kept)} stay, because registered models learned from them.`);
  desk.set({
    notice: null,
    question: {
      text,
      button: `Remove ${plural(samples, "image")} for good`,
      run: () =>
        desk.change(
          "Removing …",
          "clean",
          { days },
          (value) =>
            `${plural(value.samples, "image")} and ${plural(value.themes, "theme")} removed; ${plural(value.files, "file")}, ${bytes(value.bytes)} freed.`,
        ),
    },
  });
}
