import { ConfusionMatrix } from "../shared/confusion_matrix.jsx";
import { heading, moment, number, share } from "../shared/format.js";
import { TestGallery } from "../shared/test_gallery.jsx";
import { Thumbnail } from "../shared/thumbnail.jsx";

/** @import { ThumbnailSheet } from "../shared/thumbnail.jsx" */
/** @import { ModelsPanel } from "./state.js" */

/** Where a version comes from. @param {{panel: ModelsPanel, value: any, pictures: ThumbnailSheet | null}} props */
export function VersionView({ panel, value, pictures }) {
  const row = panel.state.versions?.find((each) => each.version === value.version);
  /** @type {[string, any][]} */
  const facts = [
    ["Description", value.description],
    ["Run", `${value.run.name ?? "no longer in MLflow"} (${value.run_id})`],
    ["Commit", value.run.git_commit ?? "unknown"],
    ["Snapshot", value.snapshot_digest || "unknown"],
    ["Labels", value.class_names.join(", ")],
    ["Test", row?.test],
    ["Leaks", row?.leaking ? <span class="wb-warn">{row.leaks}</span> : row?.leaks],
  ];
  return (
    <section aria-label={`Lineage of version ${value.version}`}>
      <h3>
        {`Version ${value.version} `}
        <button
          type="button"
          title="Figures, mistakes, data and provenance in one file to hand on"
          disabled={panel.state.waiting !== ""}
          onClick={() => panel.report(value.version)}
        >
          Save a report
        </button>
      </h3>
      <Facts rows={facts.filter(([, text]) => text)} />
      <Staleness panel={panel} value={value} pictures={pictures} />
      <div class="wb-columns">
        <div>
          <Counts panel={panel} value={value} />
          <table aria-label="Stages">
            <tbody>
              {value.history.map((/** @type {any} */ event, /** @type {number} */ index) => (
                <tr key={index}>
                  <td class="wb-time">{moment(event.at)}</td>
                  <td>{`${event.before ?? "registered"} → ${event.after ?? "deleted"}`}</td>
                  <td>{event.annotator}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <Samples panel={panel} />
      </div>
      {value.confusion && (
        <ConfusionMatrix tested={panel.tested} names={value.confusion.names} matrix={value.confusion.counts} />
      )}
      <TestGallery tested={panel.tested} />
      <Folded title="Metrics of the run" values={value.run.metrics} />
      <Folded title="Parameters of the run" values={value.run.params} />
    </section>
  );
}

/** What changed under a version since it was trained, and its answers on today's labels. @param {{panel: ModelsPanel, value: any, pictures: ThumbnailSheet | null}} props */
function Staleness({ panel, value, pictures }) {
  const changed = panel.state.versions?.find((row) => row.version === value.version)?.changed;
  const again = value.rescored;
  if (!changed && !again?.moved_in_all) return null;
  return (
    <section aria-label="Labels that changed since">
      <h3>Labels that changed since</h3>
      {changed && <p class="wb-warn">{`${changed.words}.`}</p>}
      {again && <p>{`${again.words}.`}</p>}
      <button type="button" onClick={() => panel.retrain()}>
        Train once more
      </button>
      {again?.moved_in_all > 0 && (
        <div class="wb-columns">
          <ThenAndNow rows={again.per_class} />
          <Moved panel={panel} again={again} pictures={pictures} />
        </div>
      )}
    </section>
  );
}

/** Each label's figures then and now. @param {{rows: any[]}} props */
function ThenAndNow({ rows }) {
  return (
    <table aria-label="Figures then and now">
      <thead>
        <tr>
          <th>Label</th>
          {["recall", "precision"].map((name) => (
            <th key={name} class="wb-number">{`${heading(name)} then → now`}</th>
          ))}
          <th class="wb-number">Images then → now</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.label}>
            <td>{row.label}</td>
            <td class="wb-number">{`${share(row.recall_then)} → ${share(row.recall_now)}`}</td>
            <td class="wb-number">{`${share(row.precision_then)} → ${share(row.precision_now)}`}</td>
            <td class="wb-number">{`${number(row.support_then)} → ${number(row.support_now)}`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The images whose labels moved the figures; each leads to its history. @param {{panel: ModelsPanel, again: any, pictures: ThumbnailSheet | null}} props */
function Moved({ panel, again, pictures }) {
  return (
    <section class="wb-beside" aria-label="Images that moved the figures">
      <div class="wb-pictures">
        {again.moved.map((/** @type {any} */ row) => (
          <button
            key={row.sample_id}
            type="button"
            class="wb-tile"
            title={`${row.name}: answered ${row.answer}; label then ${row.then ?? "none"}, now ${row.now ?? "none"}. Trace it`}
            onClick={() => panel.trace(String(row.sample_id))}
          >
            <Thumbnail sheet={pictures} sample={row.sample_id} name={row.name} />
            <span class="wb-ellipsis">{`${row.then ?? "none"} → ${row.now ?? "none"}`}</span>
          </button>
        ))}
      </div>
      {again.moved_in_all > again.moved.length && (
        <p class="wb-faint">{`${number(again.moved.length)} of ${number(again.moved_in_all)} are shown.`}</p>
      )}
    </section>
  );
}

/** @param {{rows: [string, any][]}} props */
function Facts({ rows }) {
  return (
    <table>
      <tbody>
        {rows.map(([name, text]) => (
          <tr key={name}>
            <th>{name}</th>
            <td class="wb-wrap">{text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How many samples of which label were in which split; a number leads to them. @param {{panel: ModelsPanel, value: any}} props */
function Counts({ panel, value }) {
  const splits = ["train", "valid", "test"].filter((split) => value.counts[split]);
  if (splits.length === 0) return null;
  const { samples } = panel.state;
  return (
    <table aria-label="Samples of the snapshot">
      <thead>
        <tr>
          <th>Label</th>
          {splits.map((split) => (
            <th key={split} class="wb-number">
              {split}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {value.class_names.map((/** @type {string} */ label) => (
          <tr key={label}>
            <td>{label}</td>
            {splits.map((split) => {
              const count = value.counts[split][label] ?? 0;
              const shown = samples?.split === split && samples.label === label;
              const text = number(count);
              return (
                <td key={split} class="wb-number">
                  {count === 0 ? (
                    text
                  ) : (
                    <button
                      type="button"
                      class="wb-link"
                      aria-pressed={shown}
                      aria-label={`Show ${text} samples of ${label} in ${split}`}
                      onClick={() => !shown && panel.loadSamples(value.version, split, label)}
                    >
                      {text}
                    </button>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The samples of one number. @param {{panel: ModelsPanel}} props */
function Samples({ panel }) {
  const { samples } = panel.state;
  if (!samples) return null;
  const { version, split, label, rows, sheets, more } = samples;
  return (
    <section class="wb-beside" aria-label={`Samples of ${label} in ${split}`}>
      <h3>
        {`${label} in ${split}`}
        <button
          type="button"
          disabled={panel.state.waiting !== ""}
          onClick={() =>
            panel.tested.label(/** @type {any} */ ({ split, label }), `${label} in ${split} of version ${version}`)
          }
        >
          Open in the label panel
        </button>
      </h3>
      <div class="wb-pictures">
        {rows.map((row) => (
          <button
            key={row.id}
            type="button"
            class="wb-tile"
            title={`${row.name}: trace it`}
            onClick={() => panel.trace(String(row.id))}
          >
            <Thumbnail
              sheet={sheets.find((sheet) => sheet.ids.includes(row.id)) ?? null}
              sample={row.id}
              name={row.name}
            />
            <span class="wb-ellipsis">
              {row.now === row.label ? row.name.split("/").pop() : `now ${row.now ?? "unlabeled"}`}
            </span>
          </button>
        ))}
      </div>
      {more && (
        <button type="button" onClick={() => panel.loadSamples(version, split, label)}>
          Show more
        </button>
      )}
    </section>
  );
}

/** @param {{title: string, values: Record<string, any> | undefined}} props */
function Folded({ title, values }) {
  const rows = Object.entries(values ?? {});
  if (rows.length === 0) return null;
  /** @type {[string, any][]} */
  const shown = rows
    .sort()
    .map(([name, value]) => [name, typeof value === "number" ? Number(value.toPrecision(6)) : value]);
  return (
    <details>
      <summary>{`${title} (${rows.length})`}</summary>
      <Facts rows={shown} />
    </details>
  );
}

const USE = ["used for", "label then", "predicted", "score"];

/** What runs or versions have to do with a sample. @param {{name: string, head: string[], rows: any[], cells: (use: any) => any[]}} props */
function Uses({ name, head, rows, cells }) {
  const names = [...head, ...USE];
  /** @param {number} index */
  const side = (index) => (names[index] === "version" || names[index] === "score" ? "wb-number" : "");
  return (
    <table aria-label={name}>
      <thead>
        <tr>
          {names.map((each, index) => (
            <th key={each} class={side(index)}>
              {heading(each)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((use) => (
          <tr key={use.run_id ?? use.version}>
            {[
              ...cells(use),
              use.split ?? "–",
              use.label_then ?? "–",
              use.predicted ?? "–",
              use.score === null ? "" : share(use.score),
            ].map((text, index) => (
              <td key={index} class={side(index)}>
                {text}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Every version that saw a sample. @param {{value: any, pictures: ThumbnailSheet | null}} props */
export function SampleView({ value, pictures }) {
  return (
    <section aria-label={`Lineage of ${value.name}`}>
      <h3>{`${value.name} (sample ${value.sample_id})`}</h3>
      <div class="wb-row">
        <Thumbnail sheet={pictures} sample={value.sample_id} name={value.name} />
        {`${value.label ?? "no label"}, ${value.split ?? "no split"}${value.deleted ? ", deleted" : ""}`}
      </div>
      {value.uses.length === 0 ? (
        <p class="wb-faint">No model version has seen it.</p>
      ) : (
        <Uses name="Versions" head={["version", "stage"]} rows={value.uses} cells={(use) => [use.version, use.stage]} />
      )}
      {value.runs.length > 0 && (
        <Uses
          name="Runs"
          head={["run", "started", "version"]}
          rows={value.runs}
          cells={(run) => [run.name, moment(run.started_at), run.version ?? "–"]}
        />
      )}
      <h3>What people decided</h3>
      <table>
        <tbody>
          {value.history.map((/** @type {any} */ event, /** @type {number} */ index) => (
            <tr key={index}>
              <td class="wb-time">{moment(event.at)}</td>
              <td>{event.action}</td>
              <td>{`${event.before ?? "none"} → ${event.after ?? "none"}`}</td>
              <td>{event.annotator}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
