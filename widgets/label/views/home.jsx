import { number } from "../../shared/format.js";
import { ProgressBar } from "../../shared/progress_bar.jsx";
import { Swatch } from "../../shared/swatch.jsx";
import { openTheme } from "../browsing.js";
import { ON_BOXES } from "../wording.js";
import { ThumbnailView } from "./thumbnail.jsx";

/** @import { LabelPanel } from "../state.js" */
/** @import { ThemeCard } from "../messages.js" */

/** All themes as cards. @param {{panel: LabelPanel}} props */
export function Home({ panel }) {
  const { themes } = panel.state;
  return (
    <div class="wb-scroll wb-home" tabIndex={0} data-main="">
      <div class="wb-home-head">
        <button type="button" class="wb-primary" onClick={() => panel.set({ dialog: { name: "theme" } })}>
          New theme
        </button>
      </div>
      {themes === null && <p class="wb-nothing">Loading the themes …</p>}
      {themes?.length === 0 && (
        <p class="wb-nothing">No themes yet. A theme is one classification task: its name, its labels, its images.</p>
      )}
      <div class="wb-cards" role="list">
        {themes?.map((theme) => (
          <ThemeView key={theme.id} panel={panel} theme={theme} />
        ))}
      </div>
    </div>
  );
}

/** @param {{panel: LabelPanel, theme: ThemeCard}} props */
function ThemeView({ panel, theme }) {
  const { counts } = theme;
  const none = counts.splits.unassigned;
  const { boxes } = theme;
  const done = boxes ? boxes.submitted : counts.labeled;
  const figures = [
    ["images", counts.samples],
    [boxes ? "done" : "labeled", done],
    boxes ? ["boxes", boxes.boxes] : ["unlabeled", counts.samples - done],
    ["train", counts.splits.train],
    ["valid", counts.splits.valid],
    ["test", counts.splits.test],
    ["no split", none],
  ];
  return (
    <div class="wb-theme-card" role="listitem" aria-label={`Theme ${theme.name}`}>
      <button
        type="button"
        class="wb-theme-open"
        onClick={() => openTheme(panel, theme.id)}
        aria-label={`Open ${theme.name}`}
      >
        <ThumbnailView thumb={panel.thumbnails.get(panel.state.covers.get(theme.id) ?? 0)} side={96} />
        <b>{theme.name}</b>
      </button>
      <p class="wb-faint wb-about" title={theme.description}>
        {theme.about || "No description."}
      </p>
      {boxes && <p class="wb-faint">{ON_BOXES}</p>}
      <ProgressBar name="Labeled" done={done} total={counts.samples} />
      <dl class="wb-figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="wb-number">{number(/** @type {number} */ (value))}</dd>
          </div>
        ))}
      </dl>
      <div class="wb-chips wb-fill">
        {theme.labels.slice(0, 12).map((label) => (
          <span key={label.id} class="wb-mark">
            <Swatch color={label.color} />
            {label.name}
          </span>
        ))}
        {theme.labels.length > 12 && <span class="wb-faint">{`and ${theme.labels.length - 12} more`}</span>}
      </div>
      <div class="wb-row">
        <button type="button" onClick={() => openTheme(panel, theme.id)}>
          Open
        </button>
        <button
          type="button"
          onClick={() => panel.set({ dialog: { name: "theme", theme } })}
          aria-label={`Edit ${theme.name}`}
        >
          Edit…
        </button>
        <button
          type="button"
          onClick={() => panel.set({ dialog: { name: "delete theme", theme } })}
          aria-label={`Delete ${theme.name}`}
        >
          Delete…
        </button>
      </div>
    </div>
  );
}
