import { h } from "preact";
import { duration, heading, number, plural, share } from "../shared/format.js";
import { Picture } from "../shared/picture.js";
import { LOST } from "../shared/watching.js";
import { curves, secondsLeft } from "./curves.js";

/** @import { Desk, Training, Gallery } from "./desk.js" */

const RUNNING = ["starting", "training", "testing"];
const COLUMNS = ["epoch", "train_loss", "valid_loss", "train_accuracy", "valid_accuracy", "valid_f1", "seconds"];
const WIDTH = 280;
const HEIGHT = 120;

/** The whole panel. @param {{desk: Desk}} props */
export function App({ desk }) {
  const { training, gallery } = desk.state;
  const empty = training.run_id === undefined;
  return h(
    "div",
    { class: "wb-body" },
    h(Bar, { desk }),
    empty
      ? h(
          "p",
          { class: "wb-empty" },
          `${training.theme} has not been trained yet. Run the cell that trains; its epochs appear here. The first start loads libraries for some seconds.`,
        )
      : h(
          "div",
          { class: "wb-scroll" },
          training.epochs.length === 0 && busyWords(training),
          h(
            "div",
            { class: "wb-row" },
            h(Chart, { training, metric: "loss" }),
            h(Chart, { training, metric: "accuracy" }),
          ),
          training.confusion && h(Matrix, { desk, training, matrix: training.confusion }),
          gallery && h(Images, { desk, gallery }),
          h(Epochs, { training }),
        ),
    h(
      "footer",
      { class: "wb-status", role: "status" },
      desk.state.problem ? h("span", { class: "wb-warn" }, desk.state.problem) : words(desk),
    ),
  );
}

/** @param {{desk: Desk}} props */
function Bar({ desk }) {
  const { training } = desk.state;
  if (training.run_id === undefined) return h("header", { class: "wb-bar" }, h("strong", null, training.theme));
  const busy = RUNNING.includes(training.state);
  const share = training.batches ? (training.batch ?? 0) / training.batches : 0;
  const inside = busy && training.epoch === training.epochs.length + 1 ? share : 0;
  const left = busy && training.state !== "testing" ? secondsLeft(training.epochs, training.num_epochs, inside) : null;
  const accuracy = training.metrics?.test_accuracy;
  return h(
    "header",
    { class: "wb-bar" },
    h("strong", null, training.run_name),
    h("span", null, `${number(training.epochs.length)} of ${plural(training.num_epochs, "epoch")}`),
    h("progress", { max: training.num_epochs, value: training.epochs.length + inside, "aria-label": "Epochs done" }),
    busy &&
      training.state !== "testing" &&
      training.batches &&
      h("span", { class: "wb-faint" }, `batch ${number(training.batch ?? 0)} of ${number(training.batches)}`),
    left !== null && h("span", { class: "wb-faint" }, `${duration(left)} left`),
    accuracy !== undefined && h("span", null, `test accuracy ${accuracy.toFixed(4)}`),
    h("span", { class: "wb-grow" }),
    busy && training.state !== "testing" && h("button", { onClick: () => desk.stop() }, "Stop after this batch"),
  );
}

/** What goes on before the first epoch ends. @param {Training} training */
function busyWords(training) {
  if (!RUNNING.includes(training.state)) return h("p", { class: "wb-empty" }, "It ended before its first epoch did.");
  return h(
    "p",
    { class: "wb-empty" },
    training.state === "starting"
      ? "Preparing images and network …"
      : "The first epoch runs; curves begin when it ends.",
  );
}

/** @param {{training: Training, metric: string}} props */
function Chart({ training, metric }) {
  const total = shownEpochs(training);
  const { low, high, lines } = curves(training.epochs, [`train_${metric}`, `valid_${metric}`], total, WIDTH, HEIGHT);
  if (lines.length === 0) return null;
  const said = `${metric} of ${plural(training.epochs.length, "epoch")}, from ${low.toPrecision(3)} to ${high.toPrecision(3)}`;
  return h(
    "figure",
    { class: "wb-chart" },
    h(
      "figcaption",
      null,
      metric,
      ...lines.map((line, index) => h("span", { class: `wb-key wb-line-${index}` }, line.name.split("_")[0])),
    ),
    h(
      "svg",
      { viewBox: `-6 -6 ${WIDTH + 12} ${HEIGHT + 12}`, role: "img", "aria-label": said },
      lines.map((line, index) => [
        h("polyline", {
          class: `wb-line-${index}`,
          points: line.points.map((point) => `${point.x},${point.y}`).join(" "),
        }),
        line.points.map((point) =>
          h(
            "circle",
            { class: `wb-line-${index}`, cx: point.x, cy: point.y, r: 2.5 },
            h("title", null, `epoch ${point.epoch}: ${line.name} ${point.value.toPrecision(4)}`),
          ),
        ),
      ]),
    ),
    h(
      "p",
      { class: "wb-faint wb-ends" },
      h("span", null, `${low.toPrecision(3)} to ${high.toPrecision(3)}`),
      h("span", null, `epoch 1 to ${number(total)}`),
    ),
  );
}

/**
 * The epochs that a chart has room for: all of a short training, but no wide empty field while a long one begins.
 * @param {Training} training
 */
function shownEpochs(training) {
  const done = training.epochs.length;
  return RUNNING.includes(training.state) ? Math.min(training.num_epochs, Math.max(10, 2 * done)) : done;
}

/** @param {{training: Training}} props */
function Epochs({ training }) {
  if (training.epochs.length === 0) return null;
  const names = COLUMNS.filter((name) => training.epochs.some((row) => row[name] !== undefined));
  return h(
    "table",
    { class: "wb-epochs" },
    h("caption", null, "Epochs"),
    h(
      "thead",
      null,
      h(
        "tr",
        null,
        names.map((name) => h("th", { key: name, scope: "col" }, heading(name))),
      ),
    ),
    h(
      "tbody",
      null,
      training.epochs.toReversed().map((row) =>
        h(
          "tr",
          { key: row.epoch, class: row.epoch === training.best_epoch ? "wb-is-best" : "" },
          names.map((name) => h("td", { key: name }, shown(name, row[name]))),
        ),
      ),
    ),
  );
}

/** @param {string} name @param {number | undefined} value */
function shown(name, value) {
  if (value === undefined) return "";
  return name === "epoch" ? String(value) : name === "seconds" ? value.toFixed(1) : value.toFixed(4);
}

/** @param {{desk: Desk, training: Training, matrix: number[][]}} props */
function Matrix({ desk, training, matrix }) {
  const names = training.class_names;
  const wrong = matrix.flatMap((row, i) => row.filter((_, j) => i !== j)).reduce((sum, count) => sum + count, 0);
  return h(
    "div",
    { class: "wb-row" },
    h(
      "table",
      { class: "wb-matrix" },
      h("caption", null, "Test images: rows are true labels, columns predicted ones"),
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          h("td", null),
          names.map((name) => h("th", { key: name, scope: "col" }, name)),
        ),
      ),
      h(
        "tbody",
        null,
        matrix.map((row, i) => {
          const total = row.reduce((sum, count) => sum + count, 0) || 1;
          return h(
            "tr",
            { key: names[i] },
            h("th", { scope: "row" }, names[i]),
            row.map((count, j) =>
              h(
                "td",
                { key: names[j] },
                h(
                  "button",
                  {
                    disabled: count === 0,
                    "aria-label": `${plural(count, "image")} of ${names[i]} predicted as ${names[j]}`,
                    style: {
                      background: `color-mix(in srgb, ${i === j ? "var(--wb-accent)" : "var(--wb-warn)"} ${Math.round((60 * count) / total)}%, transparent)`,
                    },
                    onClick: () =>
                      desk.show({ true: names[i], predicted: names[j] }, `${names[i]} predicted as ${names[j]}`),
                  },
                  count === 0 ? "·" : number(count),
                ),
              ),
            ),
          );
        }),
      ),
    ),
    wrong > 0 &&
      h(
        "button",
        { onClick: () => desk.show({ mistakes: true }, "Mistakes, the most confident first") },
        `Show ${plural(wrong, "mistake")}`,
      ),
  );
}

/** @param {{desk: Desk, gallery: Gallery}} props */
function Images({ desk, gallery }) {
  const pictures = gallery.sheet && {
    ...gallery.sheet,
    ids: gallery.images.map((image) => image.sample_id),
    url: gallery.url,
  };
  return h(
    "section",
    { class: "wb-images", "aria-label": gallery.title },
    h(
      "h3",
      null,
      `${gallery.title}: ${plural(gallery.count, "image")}${gallery.images.length < gallery.count ? `, the first ${number(gallery.images.length)} shown` : ""}`,
      h(
        "button",
        { onClick: () => desk.label(gallery), disabled: desk.state.labeling !== "" },
        desk.state.labeling || "Open in the label panel",
      ),
      h("button", { onClick: () => desk.close() }, "Close"),
    ),
    h(
      "div",
      { class: "wb-grid", role: "list" },
      gallery.images.map((image) => {
        const said = `${image.name}, ${image.true}, predicted ${image.predicted} ${share(image.score)}`;
        return h(
          "figure",
          { key: image.sample_id, role: "listitem", "data-sample": image.sample_id, "aria-label": said, title: said },
          h(Picture, { pictures, sample: image.sample_id, name: image.name, side: 72 }),
          h("figcaption", null, `${image.true} → ${image.predicted} ${share(image.score)}`),
        );
      }),
    ),
  );
}

/** @param {Desk} desk */
function words(desk) {
  const { training, health, notice } = desk.state;
  if (health === "lost") return h("span", { class: "wb-warn" }, LOST);
  if (notice) return notice;
  if (training.run_id === undefined) return "waiting for a training";
  switch (training.state) {
    case "failed":
      return `failed: ${training.failure ?? ""}`;
    case "interrupted":
      return `interrupted; go on with: workbench resume ${training.run_id}`;
    case "silent":
      return "this training says nothing any more: its program has ended or hangs";
    case "stopped":
      return `stopped, tested and saved; go on with: workbench resume ${training.run_id}`;
    default:
      return training.state;
  }
}
