import { bytes, moment, number, plural } from "../shared/format.js";
import { Swatch } from "../shared/swatch.jsx";
import { Thumbnail } from "../shared/thumbnail.jsx";
import { TypedInput } from "../shared/typed_input.jsx";

/** @import { AdminPanel } from "./state.js" */

/** Pixels of a picture in the table. */
const SIDE = 32;

/** @param {{panel: AdminPanel}} props */
export function SampleTable({ panel }) {
  const { page, themes, where, chosen } = panel.state;
  if (!page) return null;
  const theme = themes.find((one) => one.id === where.theme);
  // Where labels are on boxes, images have none of their own.
  const labels = theme?.task === "boxes" ? [] : (theme?.labels ?? []);
  const ids = page.items.map((item) => item.id);
  const all = ids.length > 0 && ids.every((/** @type {number} */ id) => chosen.has(id));
  return (
    <>
      <Filters panel={panel} labels={labels} />
      <Selected panel={panel} labels={labels} />
      {page.total === 0 ? (
        <p class="wb-faint">{themes.length === 0 ? "There are no themes yet." : "No image matches."}</p>
      ) : (
        <table aria-label="Samples">
          <thead>
            <tr>
              <th>
                <input
                  type="checkbox"
                  checked={all}
                  aria-label="Choose the page"
                  onChange={() => panel.set({ chosen: new Set(all ? [] : ids) })}
                />
              </th>
              {["", "Id", "Name", "Label", "Split", "Annotator", "Decided", "Size", "SHA-256"].map((name, index) => (
                <th key={index}>{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {page.items.map((item, index) => (
              <Row key={item.id} panel={panel} item={item} index={index} labels={labels} />
            ))}
          </tbody>
        </table>
      )}
      <Pager panel={panel} />
      {panel.state.history && <History panel={panel} />}
    </>
  );
}

/** What happened to one sample, the latest first. @param {{panel: AdminPanel}} props */
function History({ panel }) {
  const { name, events } = /** @type {any} */ (panel.state.history);
  return (
    <>
      <h3>{`History of ${name}`}</h3>
      <table aria-label="History">
        <thead>
          <tr>
            {["At", "By", "Source", "Action", "From", "To"].map((head) => (
              <th key={head}>{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {events.map((/** @type {any} */ event) => (
            <tr key={event.id}>
              {[
                moment(event.at),
                event.annotator,
                event.source,
                event.action,
                event.before ?? "–",
                event.after ?? "–",
              ].map((cell, index) => (
                <td key={index} class="wb-name">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** @param {AdminPanel} panel @param {any} item */
async function showHistory(panel, item) {
  const answer = await panel.ask("Reading the history …", "history", {
    theme: panel.state.where.theme,
    sample: item.id,
  });
  if (answer) panel.set({ history: { name: item.name, events: answer.value } });
}

/** @param {{panel: AdminPanel, labels: any[]}} props */
function Filters({ panel, labels }) {
  const { where, themes } = panel.state;
  /** @param {string} name @param {any} value @param {[any, string][]} options @param {(value: string) => any} read */
  const choice = (name, value, options, read) => (
    <select
      aria-label={name}
      value={value ?? ""}
      onChange={(/** @type {any} */ event) => panel.samples(read(event.target.value))}
    >
      {options.map(([key, text]) => (
        <option key={key} value={key}>
          {text}
        </option>
      ))}
    </select>
  );
  return (
    <div class="wb-row">
      {choice(
        "Theme",
        where.theme,
        themes.map((theme) => [theme.id, theme.name]),
        (value) => ({ theme: Number(value), label: null }),
      )}
      {choice(
        "State",
        where.state,
        [
          ["all", "all images"],
          ["labeled", "labeled"],
          ["unlabeled", "unlabeled"],
          ["skipped", "skipped"],
        ],
        (state) => ({ state }),
      )}
      {labels.length > 0 &&
        choice(
          "Label",
          where.label,
          [["", "any label"], ...labels.map((label) => /** @type {[any, string]} */ ([label.id, label.name]))],
          (value) => ({ label: value ? Number(value) : null }),
        )}
      {choice(
        "Split",
        where.split,
        [
          ["", "any split"],
          ["train", "train"],
          ["valid", "valid"],
          ["test", "test"],
          ["none", "no split"],
        ],
        (split) => ({ split }),
      )}
      <TypedInput
        type="search"
        placeholder="Part of the file name"
        aria-label="Part of the file name"
        value={where.search}
        onTyped={(search) => panel.samples({ search })}
      />
      <label>
        <input
          type="checkbox"
          checked={where.deleted}
          onChange={(/** @type {any} */ event) => panel.samples({ deleted: event.target.checked })}
        />{" "}
        deleted ones
      </label>
    </div>
  );
}

/** What can be done with the chosen samples. @param {{panel: AdminPanel, labels: any[]}} props */
function Selected({ panel, labels }) {
  const { chosen, where } = panel.state;
  const ids = [...chosen];
  const what = plural(ids.length, "image");
  const few = ids.length === 0;
  if (where.deleted) {
    return (
      <div class="wb-row">
        <button
          type="button"
          disabled={few}
          onClick={() =>
            panel.change(
              "Restoring …",
              "restore samples",
              { theme: where.theme, ids },
              (value) => `${plural(value.changed, "image")} restored.`,
            )
          }
        >
          {few ? "Restore" : `Restore ${what}`}
        </button>
      </div>
    );
  }
  return (
    <div class="wb-row">
      {labels.length > 0 && (
        <select
          aria-label="Label the chosen images"
          disabled={few}
          value=""
          onChange={(/** @type {any} */ event) =>
            panel.change(
              "Labeling …",
              "label samples",
              { theme: where.theme, ids, label: event.target.value === "none" ? null : Number(event.target.value) },
              (value) => `${plural(value.changed, "image")} changed, ${number(value.unchanged ?? 0)} had it already.`,
            )
          }
        >
          <option value="" disabled>
            {few ? "Choose images to label them" : `Label ${what}…`}
          </option>
          {labels.map((label) => (
            <option key={label.id} value={label.id}>
              {label.name}
            </option>
          ))}
          <option value="none">no label</option>
        </select>
      )}
      <button
        type="button"
        disabled={few}
        onClick={() =>
          panel.remove(
            { kind: "samples", ids },
            `Delete ${what}`,
            "delete samples",
            { theme: where.theme, ids },
            `${what} deleted; “deleted ones” shows them.`,
          )
        }
      >
        {few ? "Delete…" : `Delete ${what}…`}
      </button>
    </div>
  );
}

/** @param {{panel: AdminPanel, item: any, index: number, labels: any[]}} props */
function Row({ panel, item, index, labels }) {
  const { chosen, page, picture, where } = panel.state;
  const label = labels.find((one) => one.id === item.label);
  const toggle = () => {
    const next = new Set(chosen);
    if (!next.delete(item.id)) next.add(item.id);
    panel.set({ chosen: next });
  };
  const sheet = page?.sheet && picture ? { ...page.sheet, url: picture } : null;
  return (
    <tr key={index} class={chosen.has(item.id) ? "wb-selected" : ""}>
      <td>
        <input type="checkbox" checked={chosen.has(item.id)} aria-label={`Choose ${item.name}`} onChange={toggle} />
      </td>
      <td>
        <Thumbnail sheet={sheet} sample={item.id} name={item.name} side={SIDE} />
      </td>
      <td class="wb-number">
        <button
          type="button"
          class="wb-link"
          title="Show its history"
          aria-label={`History of ${item.name}`}
          onClick={() => showHistory(panel, item)}
        >
          {item.id}
        </button>
      </td>
      <td class="wb-name" title={item.name}>
        {item.name}
      </td>
      <td>
        {labels.length > 0 && <Swatch color={label?.color ?? "transparent"} />}{" "}
        {where.deleted || labels.length === 0 ? (
          (label?.name ?? (item.skipped ? "skipped" : "–"))
        ) : (
          <select
            value={item.label ?? ""}
            aria-label={`Label of ${item.name}`}
            onChange={(/** @type {any} */ event) =>
              panel.change(
                "Saving …",
                "label samples",
                { theme: where.theme, ids: [item.id], label: event.target.value ? Number(event.target.value) : null },
                () => "Saved.",
              )
            }
          >
            <option value="">{item.skipped ? "skipped" : "–"}</option>
            {labels.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        )}
      </td>
      <td>{item.split ?? "–"}</td>
      <td>{item.annotator ?? "–"}</td>
      <td>{moment(item.at) || "–"}</td>
      <td>{`${item.width} × ${item.height}, ${bytes(item.size)}`}</td>
      <td>
        <code title={item.sha256}>{item.sha256.slice(0, 10)}</code>
      </td>
    </tr>
  );
}

/** @param {{panel: AdminPanel}} props */
function Pager({ panel }) {
  const { page } = panel.state;
  if (!page) return null;
  const last = page.offset + page.items.length;
  return (
    <div class="wb-row">
      <button
        type="button"
        disabled={page.offset === 0}
        onClick={() => panel.samples({ offset: page.offset - page.page })}
      >
        Previous
      </button>
      <span class="wb-number">
        {page.total ? `${number(page.offset + 1)} to ${number(last)} of ${number(page.total)}` : "0"}
      </span>
      <button
        type="button"
        disabled={last >= page.total}
        onClick={() => panel.samples({ offset: page.offset + page.page })}
      >
        Next
      </button>
    </div>
  );
}
