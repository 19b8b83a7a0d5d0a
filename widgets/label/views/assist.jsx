import { useRef } from "preact/hooks";
import { number, percent, plural } from "../../shared/format.js";
import { KeyCap, Swatch } from "../../shared/swatch.jsx";
import { TypedInput } from "../../shared/typed_input.jsx";
import {
  acceptSuggested,
  changeGoal,
  checkedToTest,
  hasAssist,
  mark,
  question,
  standingWords,
  togglePages,
  WORTHWHILE,
} from "../assist.js";
import { openCrops } from "../browsing.js";
import { run } from "../commands.js";
import { acceptRest } from "../edits.js";
import { useCursor } from "./grid.jsx";
import { ThumbnailView } from "./thumbnail.jsx";

/** @import { LabelPanel } from "../state.js" */
/** @import { Label } from "../../shared/messages.js" */
/** @import { AssistPage } from "../messages.js" */

/** How right the labels are by now, in the status line, where there is room for all of it. @param {{panel: LabelPanel}} props */
export function StandingLine({ panel }) {
  const { assist, view } = panel.state;
  const words = hasAssist(panel) && view !== "home" && assist.standing ? standingWords(assist.standing) : "";
  return (
    <>
      {words && (
        <span
          class="wb-number wb-ellipsis wb-standing"
          title={told(panel, words)}
          data-standing={assist.standing?.stage}
        >
          {words}
        </span>
      )}
    </>
  );
}

/** What the bar offers of the model beside. @param {{panel: LabelPanel}} props */
export function AssistBar({ panel }) {
  const { assist, theme, view } = panel.state;
  const open = view === "assist";
  if (theme?.boxes && view !== "home" && !panel.gallery && Object.values(theme.boxes).some((count) => count > 0))
    return (
      <button
        type="button"
        title="The boxes, cut out, as images of a theme of their own: second look, map, what is alike"
        onClick={() => openCrops(panel)}
      >
        Boxes as images
      </button>
    );
  if (!hasAssist(panel) || view === "home" || (!open && view !== "map" && panel.countsNow().total() < WORTHWHILE))
    return null;
  return (
    <>
      <button
        type="button"
        aria-pressed={open}
        title="Label pages of images at once, with a model that learns beside you (Shift+P)"
        onClick={() => run(panel, { name: "pages", kind: open ? assist.kind : "next" })}
      >
        Pages
      </button>
      <button
        type="button"
        aria-pressed={view === "map"}
        title="All images as points: draw a line around some, and label them with a key (Shift+O)"
        onClick={() => run(panel, { name: "map" })}
      >
        Map
      </button>
    </>
  );
}

/** @param {LabelPanel} panel @param {string} words */
function told(panel, words) {
  const { standing } = panel.state.assist;
  if (!standing) return words;
  const lines = [words, `encoder ${standing.encoder}`, `${plural(standing.decided, "image")} labeled by people`];
  if (standing.by_model > 0) lines.push(`${plural(standing.by_model, "label")} accepted unseen`);
  if (standing.helpless)
    lines.push("Label by hand, or take another encoder: LabelPanel(theme, encoder=...); see workbench embed --help.");
  if (standing.trouble) lines.push(standing.trouble);
  return lines.join("\n");
}

/** A page of images to answer with one key. @param {{panel: LabelPanel}} props */
export function AssistView({ panel }) {
  const { assist, labels } = panel.state;
  const { page } = assist;
  const label = labels.find((each) => each.id === page?.label);
  return (
    <div class="wb-assist">
      <div class="wb-assist-head">
        <b class="wb-grow wb-ellipsis" role="status">
          {page ? question(page, label?.name ?? "") : waiting(panel)}
        </b>
        <Actions panel={panel} page={page} label={label} />
      </div>
      <div class="wb-assist-body">
        <Cards panel={panel} />
        <PageKeys panel={panel} />
      </div>
    </div>
  );
}

/** @param {LabelPanel} panel */
function waiting(panel) {
  const { standing, loading, kind } = panel.state.assist;
  if (standing?.trouble) return standing.trouble;
  if (standing?.stage === "done" && kind === "next")
    return `Done: the goal of ${100 * standing.goal} % is reached, and checked.`;
  if (standing && standing.with_features < standing.images && standing.filling)
    return `Features of the images are being made: ${percent(standing.with_features, standing.images)} %. Label in the grid until then; pages begin as soon as they are there.`;
  if (loading || !standing) return "Looking for images …";
  if (kind === "second look") return "No label is contradicted by the others.";
  return "No page is left. Escape returns to the overview.";
}

/** @param {{panel: LabelPanel, page: AssistPage | null, label: Label | undefined}} props */
function Actions({ panel, page, label }) {
  const { standing, marked, kind } = panel.state.assist;
  const open = standing ? standing.images - standing.decided - standing.by_model : 0;
  const left = page ? page.shown.length - marked.size : 0;
  return (
    <span class="wb-row">
      {page?.kind === "second look" && (
        <button type="button" class="wb-primary" onClick={() => acceptSuggested(panel)}>
          {marked.size > 0 ? `Change ${plural(marked.size, "label")}` : "All are right"} (Enter)
        </button>
      )}
      {page && page.kind !== "second look" && label && (
        <button type="button" class="wb-primary" onClick={() => acceptSuggested(panel)}>
          {`${plural(left, "image")}: ${label.name} (Enter)`}
        </button>
      )}
      {page && page.kind !== "check" && page.kind !== "second look" && (
        <button type="button" title="Leave this page for later (S)" onClick={() => run(panel, { name: "skip" })}>
          Leave
        </button>
      )}
      {standing?.stage === "done" && open > 0 && (
        <button type="button" class="wb-primary" onClick={() => acceptRest(panel)}>
          {`Accept ${plural(open, "suggestion")}`}
        </button>
      )}
      {standing?.stage === "done" && standing.checked && (
        <button
          type="button"
          title="Drawn at random and looked at, they make a fair test split"
          onClick={() => checkedToTest(panel)}
        >
          {`Put the ${number(standing.checked.checked)} checked into test`}
        </button>
      )}
      {standing && standing.decided > 0 && (
        <button
          type="button"
          aria-pressed={kind === "second look"}
          title="The given labels that all others contradict most (Shift+E)"
          onClick={() => togglePages(panel, kind === "second look" ? "next" : "second look")}
        >
          {standing.second_look ? "Second look, advised" : "Second look"}
        </button>
      )}
      {standing && kind === "next" && <Goal panel={panel} goal={standing.goal} />}
    </span>
  );
}

/** The share of right labels that is wanted. @param {{panel: LabelPanel, goal: number}} props */
function Goal({ panel, goal }) {
  const shown = String(Number((100 * goal).toFixed(2)));
  return (
    <label title="The share of labels that are to be right; pages go on until a check has shown it">
      <span class="wb-faint">goal </span>
      <TypedInput
        type="text"
        inputMode="decimal"
        size={4}
        class="wb-number"
        aria-label="Goal in percent"
        value={shown}
        onTyped={(text) => changeGoal(panel, text.trim())}
        onKeyDown={(/** @type {KeyboardEvent} */ event) => event.key === "Enter" && panel.focusMain()}
      />
      <span class="wb-faint"> %</span>
    </label>
  );
}

/** @param {{panel: LabelPanel}} props */
function Cards({ panel }) {
  const { assist, size } = panel.state;
  const list = useRef(/** @type {HTMLDivElement | null} */ (null));
  useCursor(panel, list, assist.cursor);
  const current = assist.page?.shown[assist.cursor];
  return (
    <div class="wb-scroll" data-pages="">
      <div
        ref={list}
        class="wb-grid"
        role="listbox"
        aria-multiselectable="true"
        aria-label="Images of this page"
        aria-activedescendant={current === undefined ? undefined : `${panel.link.view}-page-${current}`}
        aria-busy={assist.loading}
        tabIndex={0}
        data-main=""
        style={{ gridTemplateColumns: `repeat(auto-fill, minmax(${size + 10}px, 1fr))`, "--wb-card": `${size + 22}px` }}
      >
        {(assist.page?.shown ?? []).map((id, index) => (
          <PageCard key={id} panel={panel} id={id} index={index} />
        ))}
      </div>
    </div>
  );
}

/** @param {{panel: LabelPanel, id: number, index: number}} props */
function PageCard({ panel, id, index }) {
  const { assist, size } = panel.state;
  const item = panel.items.get(id);
  const marked = assist.marked.has(id);
  const second = assist.page?.kind === "second look";
  const words = second ? contradiction(panel, index).join(", ") : marked ? "taken off" : "";
  return (
    <div
      id={`${panel.link.view}-page-${id}`}
      class={`wb-card${marked ? (second ? " wb-selected" : " wb-off") : ""}${index === assist.cursor ? " wb-current" : ""}`}
      role="option"
      aria-selected={second ? marked : !marked}
      aria-label={[item?.name, words].filter(Boolean).join(", ")}
      data-sample={id}
      title={item?.name}
      onClick={() => mark(panel, index)}
    >
      <ThumbnailView thumb={panel.thumbnails.get(id)} side={size} />
      {(second ? contradiction(panel, index) : [marked ? "taken off" : ""]).map((line) => (
        <span key={line} class="wb-faint wb-ellipsis wb-card-words" title={line}>
          {line}
        </span>
      ))}
    </div>
  );
}

/** What was said of an image, and what it looks like. @param {LabelPanel} panel @param {number} index @returns {string[]} */
function contradiction(panel, index) {
  const { page } = panel.state.assist;
  const said = panel.label(page?.seen[index] ?? null)?.name ?? "?";
  const looks = panel.label(page?.labels[index] ?? null)?.name ?? "?";
  return [said, `looks like ${looks}`];
}

/** The labels and their keys. @param {{panel: LabelPanel}} props */
export function PageKeys({ panel }) {
  const { labels, assist } = panel.state;
  return (
    <div class="wb-keys">
      {labels.map((label) => (
        <button
          key={label.id}
          type="button"
          class={`wb-label-key${assist.page?.label === label.id ? " wb-on" : ""}`}
          title={`Label ${panel.state.view === "map" ? "what is selected" : "the page"} “${label.name}”`}
          onClick={() => run(panel, { name: "label", label: label.id })}
        >
          <KeyCap of={label.key} />
          <Swatch color={label.color} />
          <span class="wb-ellipsis">{label.name}</span>
        </button>
      ))}
    </div>
  );
}
