import { useEffect, useState } from "preact/hooks";
import { Dialog } from "../../shared/dialog.jsx";
import { moment, number, plural } from "../../shared/format.js";
import { message } from "../../shared/polling.js";
import { sheetOf } from "../../shared/sheet.js";
import { Thumbnail } from "../../shared/thumbnail.jsx";
import { refreshCounts, reload, showChosen } from "../browsing.js";
import { Forks } from "./forks.jsx";

/** @import { LabelPanel } from "../state.js" */
/** @import { StateDiff, StatePage, Tag } from "../messages.js" */
/** @import { ThumbnailSheet } from "../../shared/thumbnail.jsx" */

/** @typedef {{value: StatePage, sheet: ThumbnailSheet | null}} ShownPage */

const PAGE = 60;
const SIDE = 96;

/** The labels as they stood under a name or at a time: to look at, what changed since, and the way back. @param {{panel: LabelPanel}} props */
export function StatesDialog({ panel }) {
  const [tags, setTags] = useState(/** @type {Tag[] | null} */ (null));
  const [state, setState] = useState("");
  const [until, setUntil] = useState("");
  const [label, setLabel] = useState(/** @type {number | null} */ (null));
  const [offset, setOffset] = useState(0);
  const [trouble, setTrouble] = useState("");
  const theme = panel.themeId;
  /** @param {unknown} error */
  const failed = (error) => setTrouble(message(error));
  const page = usePage(panel, state, label, offset, failed);
  const diff = useDiff(panel, state, until, failed);
  const ids = chosen(panel);
  const going = useGoing(panel, state, ids, failed);
  useEffect(() => {
    panel.link.call("states", { theme }).then(({ value }) => setTags(value.tags), failed);
  }, []);
  /** @param {string} wanted */
  const look = (wanted) => {
    setTrouble("");
    setLabel(null);
    setOffset(0);
    setState(wanted);
  };
  /** @param {number | null} wanted */
  const only = (wanted) => {
    setLabel(wanted);
    setOffset(0);
  };
  const goBack = async () => {
    const { value } = await panel.link.call("revert", { theme, state, ids, annotator: panel.state.annotator });
    panel.closeDialog();
    // The next undo means this change, not the last key press of this view.
    panel.edits = [];
    panel.notify(`${value.words} Undo (Ctrl+Z) takes that back.`);
    reload(panel);
    refreshCounts(panel);
  };
  const named = tags?.find((tag) => tag.name === state);
  return (
    <Dialog
      panel={panel}
      title={`States of the labels of ${panel.state.theme?.name}`}
      wide
      action={going?.changed ? `Go back: ${plural(going.changed, "label")}` : undefined}
      onAction={goBack}
    >
      <NewTag panel={panel} onTag={(tag) => setTags((known) => [tag, ...(known ?? [])])} />
      <Choice tags={tags ?? []} state={state} onLook={look} until={until} onUntil={setUntil} />
      {trouble && (
        <p class="wb-warn" role="alert">
          {trouble}
        </p>
      )}
      {named && <p class="wb-faint">{`Named ${moment(named.at)} by ${named.annotator}. ${named.note}`}</p>}
      {diff && <Changes panel={panel} state={state} until={until} diff={diff} onTrouble={failed} />}
      {going && ids && <p class="wb-faint">{`Of the ${plural(ids.length, "selected image")}: ${going.words}`}</p>}
      {page && <Past page={page} label={label} onLabel={only} onOffset={setOffset} />}
      <Forks panel={panel} state={state} />
    </Dialog>
  );
}

/** The selected images, null where none are: then all are meant. @param {LabelPanel} panel @returns {number[] | null} */
function chosen({ state }) {
  const { selection } = state;
  return selection.size > 0 && selection.matching === null ? [...selection.ids] : null;
}

/** @param {LabelPanel} panel @param {string} state @param {number | null} label @param {number} offset @param {(error: unknown) => void} failed */
function usePage(panel, state, label, offset, failed) {
  const [page, setPage] = useState(/** @type {ShownPage | null} */ (null));
  useEffect(() => {
    let mine = true;
    if (!state) return undefined;
    const asked = { theme: panel.themeId, state, label, offset, limit: PAGE, side: SIDE };
    /** @param {import("../../shared/messages.js").Answer<StatePage>} answer */
    const show = (answer) => mine && setPage({ value: answer.value, sheet: sheetOf(answer) });
    const first = label === null && offset === 0;
    // A large theme takes a while to be read as a whole: its first images are there before.
    const quick = first ? panel.link.call("state page", { ...asked, quick: true }).then(show) : Promise.resolve();
    quick
      .then(() => panel.link.call("state page", asked))
      .then(show, (error) => {
        if (!mine) return;
        setPage(null);
        failed(error);
      });
    return () => {
      mine = false;
    };
  }, [state, label, offset]);
  useEffect(() => () => URL.revokeObjectURL(page?.sheet?.url ?? ""), [page]);
  return page;
}

/** @param {LabelPanel} panel @param {string} state @param {string} until Empty for today. @param {(error: unknown) => void} failed */
function useDiff(panel, state, until, failed) {
  const [diff, setDiff] = useState(/** @type {StateDiff | null} */ (null));
  useEffect(() => {
    let mine = true;
    setDiff(null);
    if (state)
      panel.link.call("state diff", { theme: panel.themeId, state, until }).then(
        ({ value }) => mine && setDiff(value),
        (error) => mine && failed(error),
      );
    return () => {
      mine = false;
    };
  }, [state, until]);
  return diff;
}

/** What going back would do. @param {LabelPanel} panel @param {string} state @param {number[] | null} ids @param {(error: unknown) => void} failed */
function useGoing(panel, state, ids, failed) {
  const [going, setGoing] = useState(/** @type {{changed: number, words: string} | null} */ (null));
  useEffect(() => {
    let mine = true;
    setGoing(null);
    if (state)
      panel.link
        .call("revert", { theme: panel.themeId, state, ids, annotator: panel.state.annotator, dry_run: true })
        .then(
          ({ value }) => mine && setGoing(value),
          (error) => mine && failed(error),
        );
    return () => {
      mine = false;
    };
  }, [state]);
  return going;
}

/** Give the labels of this moment a name. @param {{panel: LabelPanel, onTag: (tag: Tag) => void}} props */
function NewTag({ panel, onTag }) {
  const [name, setName] = useState("");
  const [trouble, setTrouble] = useState("");
  const give = async () => {
    try {
      const annotator = panel.state.annotator;
      const { value } = await panel.link.call("tag state", { theme: panel.themeId, name, annotator });
      setName("");
      setTrouble("");
      onTag(value);
    } catch (error) {
      setTrouble(message(error));
    }
  };
  return (
    <div>
      <div class="wb-row">
        <label>
          Name today's labels{" "}
          <input
            type="text"
            placeholder="before cleaning"
            maxLength={100}
            value={name}
            onInput={(/** @type {any} */ event) => setName(event.target.value)}
            onKeyDown={(/** @type {KeyboardEvent} */ event) => {
              if (event.key !== "Enter") return;
              event.preventDefault();
              if (name.trim()) give();
            }}
          />
        </label>
        <button type="button" disabled={!name.trim()} onClick={give}>
          Name them
        </button>
      </div>
      {trouble && (
        <p class="wb-warn" role="alert">
          {trouble}
        </p>
      )}
    </div>
  );
}

/**
 * Which state is looked at: a name, or a time; and with which one it is compared.
 * @param {{tags: Tag[], state: string, onLook: (state: string) => void, until: string, onUntil: (state: string) => void}} props
 */
function Choice({ tags, state, onLook, until, onUntil }) {
  return (
    <>
      <Moment
        tags={tags}
        words={["Look at", "or at a time"]}
        none={tags.length > 0 ? "a name …" : "no names yet"}
        at={state}
        onChange={onLook}
      />
      {state && (
        <Moment tags={tags} words={["Compared with", "or with a time"]} none="today" at={until} onChange={onUntil} />
      )}
    </>
  );
}

/** @param {{tags: Tag[], words: [string, string], none: string, at: string, onChange: (state: string) => void}} props */
function Moment({ tags, words, none, at, onChange }) {
  return (
    <div class="wb-row">
      <label>
        {`${words[0]} `}
        <select
          value={tags.some((tag) => tag.name === at) ? at : ""}
          onChange={(/** @type {any} */ event) => onChange(event.target.value)}
        >
          <option value="">{none}</option>
          {tags.map((tag) => (
            <option key={tag.name} value={tag.name}>
              {tag.name}
            </option>
          ))}
        </select>
      </label>
      <label>
        {`${words[1]} `}
        <input
          type="datetime-local"
          onChange={(/** @type {any} */ event) => {
            const { value } = event.target;
            if (value) onChange(new Date(value).toISOString());
          }}
        />
      </label>
    </div>
  );
}

/** Who changed how many labels from what to what; a cell leads to its images. @param {{panel: LabelPanel, state: string, until: string, diff: StateDiff, onTrouble: (error: unknown) => void}} props */
function Changes({ panel, state, until, diff, onTrouble }) {
  const all = diff.changed + diff.unchanged;
  const who = Object.entries(diff.by_annotator).map(([name, count]) => `${name} ${number(count)}`);
  const more = [
    diff.added > 0 ? `${plural(diff.added, "image")} came` : "",
    diff.removed > 0 ? `${plural(diff.removed, "image")} went` : "",
  ].filter(Boolean);
  const since = until ? "in between" : "since";
  const told = `${number(diff.changed)} of ${plural(all, "label")} changed ${since}${who.length > 0 ? `, by ${who.join(", ")}` : ""}`;
  /** @param {StateDiff["cells"][number]} cell */
  const show = async ({ before, after, words }) => {
    try {
      const { value } = await panel.link.call("changed samples", {
        theme: panel.themeId,
        state,
        until,
        before,
        after,
      });
      panel.closeDialog();
      panel.set({ chosen: { ids: value.ids, about: `${words[0]} became ${words[1]}` } });
      showChosen(panel, true);
    } catch (error) {
      onTrouble(error);
    }
  };
  return (
    <section aria-label={`What changed ${since}`}>
      <p>{[`${told}.`, more.length > 0 ? `${more.join(", ")}.` : ""].join(" ").trim()}</p>
      {diff.cells.length > 0 && <Matrix cells={diff.cells} later={until ? "later" : "now"} onShow={show} />}
    </section>
  );
}

/** @param {{cells: StateDiff["cells"], later: string, onShow: (cell: StateDiff["cells"][number]) => void}} props */
function Matrix({ cells, later, onShow }) {
  const rows = [...new Map(cells.map((cell) => [cell.before, cell.words[0]]))];
  const columns = [...new Map(cells.map((cell) => [cell.after, cell.words[1]]))];
  return (
    <table class="wb-counts" aria-label={`Changes: rows are labels then, columns labels ${later}`}>
      <thead>
        <tr>
          <th>{`then → ${later}`}</th>
          {columns.map(([code, name]) => (
            <th key={code}>{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([before, name]) => (
          <tr key={before}>
            <th>{name}</th>
            {columns.map(([after]) => {
              const cell = cells.find((each) => each.before === before && each.after === after);
              return (
                <td key={after} class="wb-number">
                  {cell ? (
                    <button
                      type="button"
                      class="wb-link"
                      aria-label={`Show ${plural(cell.samples, "image")}: ${cell.words[0]} became ${cell.words[1]}`}
                      onClick={() => onShow(cell)}
                    >
                      {number(cell.samples)}
                    </button>
                  ) : (
                    "·"
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

/** The images with their labels of then; nothing here can be changed. @param {{page: ShownPage, label: number | null, onLabel: (label: number | null) => void, onOffset: (offset: number) => void}} props */
function Past({ page, label, onLabel, onOffset }) {
  const { whole, items, offset, total, at, counts } = page.value;
  const all = counts.reduce((sum, [, , count]) => sum + count, 0);
  return (
    <section aria-label={`Labels as of ${moment(at)}`}>
      {whole && (
        <div class="wb-segments" role="group" aria-label="Labels then">
          {[/** @type {[number | null, string, number]} */ ([null, "All", all]), ...counts].map(
            ([code, name, count]) => (
              <button key={code} type="button" aria-pressed={label === code} onClick={() => onLabel(code)}>
                {name}
                <span class="wb-faint wb-number">{` ${number(count)}`}</span>
              </button>
            ),
          )}
        </div>
      )}
      <div class="wb-past">
        {items.map((item) => (
          <figure key={item.id} data-sample={item.id}>
            <Thumbnail sheet={page.sheet} sample={item.id} name={item.name} />
            <figcaption class="wb-ellipsis" title={`${item.name}: ${item.label}${item.split ? `, ${item.split}` : ""}`}>
              {item.label}
            </figcaption>
          </figure>
        ))}
      </div>
      <div class="wb-row">
        <button type="button" disabled={offset === 0} onClick={() => onOffset(offset - PAGE)}>
          Before
        </button>
        <span class="wb-number" role="status">
          {!whole
            ? "Reading the others …"
            : total === 0
              ? "No images"
              : `${number(offset + 1)}–${number(offset + items.length)} of ${number(total)}, read only`}
        </span>
        <button type="button" disabled={offset + PAGE >= total} onClick={() => onOffset(offset + PAGE)}>
          Next
        </button>
      </div>
    </section>
  );
}
