import { useLayoutEffect, useRef } from "preact/hooks";
import { LOST, waitingText } from "../shared/polling.js";
import { Asked } from "../shared/question.jsx";
import { SampleTable } from "./samples.jsx";
import { StoreView } from "./store.jsx";
import { LabelTable, ModelTable, ThemeTable } from "./tables.jsx";

/** @import { AdminPanel, Tab } from "./state.js" */

/** @type {[Tab, string][]} */
const TABS = [
  ["themes", "Themes"],
  ["labels", "Labels"],
  ["samples", "Samples"],
  ["models", "Models"],
  ["store", "Store"],
];
const VIEWS = { themes: ThemeTable, labels: LabelTable, samples: SampleTable, models: ModelTable, store: StoreView };

/** The whole panel. @param {{panel: AdminPanel}} props */
export function App({ panel }) {
  const { state } = panel;
  /** @type {(props: {panel: AdminPanel}) => any} */
  const Table = VIEWS[state.tab];
  const sheet = useRef(/** @type {HTMLDivElement | null} */ (null));
  useLayoutEffect(() => {
    if (sheet.current) sheet.current.scrollTop = 0;
  }, [state.tab, state.where.theme, state.where.offset]);
  return (
    <>
      <Bar panel={panel} />
      <Asked panel={panel} />
      {state.notice && (
        <div class={`wb-ask${state.notice.trouble ? " wb-warn" : ""}`} role={state.notice.trouble ? "alert" : "status"}>
          {state.notice.text}
        </div>
      )}
      <div ref={sheet} class="wb-sheet">
        <Table panel={panel} />
      </div>
    </>
  );
}

/** @param {{panel: AdminPanel}} props */
function Bar({ panel }) {
  const { state } = panel;
  return (
    <div class="wb-bar">
      <span class="wb-segments" role="group" aria-label="Tables">
        {TABS.map(([tab, name]) => (
          <button key={tab} type="button" aria-pressed={state.tab === tab} onClick={() => panel.open(tab)}>
            {name}
          </button>
        ))}
      </span>
      <span class={state.health === "lost" ? "wb-warn" : "wb-faint"} role="status">
        {state.health === "lost" ? LOST : waitingText(state.waiting, state.health, state.progress)}
      </span>
      <span class="wb-grow" />
      <span class="wb-faint">
        changes are recorded for <b>{panel.annotator}</b>
      </span>
      <button type="button" onClick={() => panel.reload()}>
        Refresh
      </button>
    </div>
  );
}
