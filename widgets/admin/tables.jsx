import { moment, number } from "../shared/format.js";
import { Swatch } from "../shared/swatch.jsx";

/** @import { AdminPanel } from "./state.js" */

/** @typedef {{name: string, numeric?: boolean, cell: (row: any) => any}} Column */

const STAGES = ["none", "staging", "production", "archived"];

/** A table whose rows are filtered by what is typed. @param {{panel: AdminPanel, columns: Column[], words: (row: any) => string, id: (row: any) => string | number, empty: string, whole?: boolean}} props */
function Filtered({ panel, columns, words, id, empty, whole = false }) {
  const { filter } = panel.state;
  const rows = /** @type {any[] | null} */ (panel.state.rows);
  if (!rows) return null;
  const shown = rows.filter((row) => words(row).toLowerCase().includes(filter.toLowerCase()));
  return (
    <>
      <div class="wb-row">
        <input
          type="search"
          placeholder="Filter"
          aria-label="Filter"
          value={filter}
          onInput={(/** @type {any} */ event) => panel.set({ filter: event.target.value })}
        />
        <span class="wb-faint">{`${number(shown.length)} of ${number(rows.length)}`}</span>
      </div>
      {shown.length === 0 ? (
        <p class="wb-faint">{rows.length === 0 ? empty : "Nothing matches the filter."}</p>
      ) : (
        <table class={whole ? "wb-whole" : ""}>
          <thead>
            <tr>
              {columns.map(({ name, numeric }) => (
                <th key={name} class={numeric ? "wb-number" : ""}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={id(row)} class={row.deleted ? "wb-faint" : ""}>
                {columns.map(({ name, numeric, cell }) => (
                  <td key={name} class={numeric ? "wb-number" : ""}>
                    {cell(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

/**
 * A text that is changed where it stands; Enter or leaving it saves, Escape leaves it as it was. One of `lines` keeps them:
 * Shift+Enter begins another.
 * @param {{panel: AdminPanel, value: string, name: string, lines?: boolean, save: (value: string) => void}} props
 */
function Editable({ panel, value, name, lines, save }) {
  const field = {
    defaultValue: value,
    title: value,
    "aria-label": name,
    onChange: (/** @type {any} */ event) => event.target.value !== value && save(event.target.value),
    onKeyDown: (/** @type {any} */ event) => {
      if (event.key === "Escape") event.target.value = value;
      if ((event.key === "Enter" && !event.shiftKey) || event.key === "Escape") event.target.blur();
    },
  };
  // Not the value itself: a redraw while somebody types must not take the letters away. What was refused is reset.
  const key = `${panel.state.refused} ${value}`;
  return lines ? <textarea key={key} rows={1} {...field} /> : <input key={key} type="text" size={20} {...field} />;
}

/** @param {{panel: AdminPanel}} props */
export function ThemeTable({ panel }) {
  /** @param {any} row @param {any} change */
  const edit = (row, change) => panel.change("Saving …", "edit theme", { theme: row.id, ...change }, () => "Saved.");
  /** @type {Column[]} */
  const columns = [
    {
      name: "Name",
      cell: (row) =>
        row.deleted ? (
          row.name
        ) : (
          <Editable panel={panel} value={row.name} name={`Name of ${row.name}`} save={(name) => edit(row, { name })} />
        ),
    },
    {
      name: "Description",
      cell: (row) =>
        row.deleted ? (
          row.description
        ) : (
          <Editable
            panel={panel}
            value={row.description}
            name={`Description of ${row.name}`}
            lines
            save={(description) => edit(row, { description })}
          />
        ),
    },
    { name: "Task", cell: (row) => row.task },
    { name: "Labels", numeric: true, cell: (row) => number(row.labels.length) },
    { name: "Images", numeric: true, cell: (row) => number(row.samples) },
    { name: "Labeled", numeric: true, cell: (row) => number(row.labeled) },
    { name: "Models", numeric: true, cell: (row) => number(row.models) },
    { name: "Created", cell: (row) => moment(row.created) },
    { name: "", cell: (row) => <DeleteOrRestore panel={panel} row={row} /> },
  ];
  return (
    <Filtered
      panel={panel}
      columns={columns}
      words={(row) => `${row.name} ${row.description} ${row.task}`}
      id={(row) => row.id}
      empty="There are no themes yet. Make one in the label panel."
      whole
    />
  );
}

/** Deletes a theme, or restores it: one button, so that it keeps the focus. @param {{panel: AdminPanel, row: any}} props */
function DeleteOrRestore({ panel, row }) {
  const restore = () => panel.change("Restoring …", "restore theme", { theme: row.id }, () => `“${row.name}” is back.`);
  const remove = () =>
    panel.remove(
      { kind: "theme", id: row.id },
      `Delete ${row.name}`,
      "delete theme",
      { theme: row.id },
      `“${row.name}” is deleted; Restore brings it back.`,
    );
  return (
    <button
      type="button"
      aria-label={`${row.deleted ? "Restore" : "Delete"} ${row.name}`}
      onClick={row.deleted ? restore : remove}
    >
      {row.deleted ? "Restore" : "Delete…"}
    </button>
  );
}

/** @param {{panel: AdminPanel}} props */
export function LabelTable({ panel }) {
  /** @param {any} row @param {any} change */
  const edit = (row, change) =>
    panel.change("Saving …", "edit label", { theme: row.theme, label: row.id, ...change }, () => "Saved.");
  /** @param {any} row */
  const remove = (row) =>
    panel.remove(
      { kind: "label", id: row.id },
      `Delete ${row.name}`,
      "delete label",
      { theme: row.theme, label: row.id },
      `“${row.name}” is deleted.`,
    );
  /** @type {Column[]} */
  const columns = [
    { name: "Theme", cell: (row) => row.theme_name },
    { name: "Key", cell: (row) => row.key?.toUpperCase() ?? "" },
    { name: " ", cell: (row) => <Swatch color={row.color} /> },
    {
      name: "Name",
      cell: (row) => (
        <Editable panel={panel} value={row.name} name={`Name of ${row.name}`} save={(name) => edit(row, { name })} />
      ),
    },
    {
      name: "Color",
      cell: (row) => (
        <input
          type="color"
          value={row.color}
          aria-label={`Color of ${row.name}`}
          onChange={(/** @type {any} */ event) => edit(row, { color: event.target.value })}
        />
      ),
    },
    { name: "Images", numeric: true, cell: (row) => number(row.samples) },
    { name: "Boxes", numeric: true, cell: (row) => number(row.boxes) },
    {
      name: "",
      cell: (row) => (
        <button type="button" aria-label={`Delete ${row.name}`} onClick={() => remove(row)}>
          Delete…
        </button>
      ),
    },
  ];
  return (
    <Filtered
      panel={panel}
      columns={columns}
      words={(row) => `${row.theme_name} ${row.name}`}
      id={(row) => row.id}
      empty="There are no labels yet."
    />
  );
}

/** @type {Column[]} */
const MODEL_FACTS = [
  {
    name: "Test accuracy",
    numeric: true,
    cell: (row) => (row.accuracy === null || row.accuracy === undefined ? "–" : row.accuracy.toFixed(4)),
  },
  { name: "Predictions", numeric: true, cell: (row) => number(row.predictions) },
  { name: "Run", cell: (row) => <code>{row.run.slice(0, 8)}</code> },
  { name: "Snapshot", cell: (row) => <code>{row.snapshot}</code> },
  { name: "Created", cell: (row) => moment(row.created) },
];

/** @param {{panel: AdminPanel}} props */
export function ModelTable({ panel }) {
  /** @type {Column[]} */
  const columns = [
    { name: "Theme", cell: (row) => row.theme_name },
    { name: "Version", numeric: true, cell: (row) => row.version },
    { name: "Stage", cell: (row) => <Stage panel={panel} row={row} /> },
    ...MODEL_FACTS,
    { name: "", cell: (row) => <DeleteModel panel={panel} row={row} /> },
  ];
  return (
    <Filtered
      panel={panel}
      columns={columns}
      words={(row) => `${row.theme_name} ${row.stage} ${row.run} ${row.snapshot}`}
      id={(row) => `${row.theme_name}/${row.version}`}
      empty="There are no registered models yet. notebooks/05_register.ipynb makes one."
    />
  );
}

/** @param {{panel: AdminPanel, row: any}} props */
function Stage({ panel, row }) {
  /** @param {string} stage */
  const promote = (stage) =>
    panel.change(
      "Changing the stage …",
      "promote",
      { theme: row.theme_name, version: row.version, stage },
      () => `Version ${row.version} of “${row.theme_name}” is now in ${stage}.`,
    );
  return (
    <select
      value={row.stage}
      aria-label={`Stage of ${row.theme_name} ${row.version}`}
      onChange={(/** @type {any} */ event) => promote(event.target.value)}
    >
      {STAGES.map((stage) => (
        <option key={stage} value={stage}>
          {stage}
        </option>
      ))}
    </select>
  );
}

/** @param {{panel: AdminPanel, row: any}} props */
function DeleteModel({ panel, row }) {
  const which = { theme: row.theme_name, version: row.version };
  const about = { kind: "model", ...which };
  const [button, done] = [`Delete version ${row.version}`, `Version ${row.version} is deleted.`];
  return (
    <button
      type="button"
      aria-label={`Delete version ${row.version} of ${row.theme_name}`}
      onClick={() => panel.remove(about, button, "delete model", which, done)}
    >
      Delete…
    </button>
  );
}
