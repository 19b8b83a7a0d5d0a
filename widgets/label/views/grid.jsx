import { Component } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { openFocus } from "../focus.js";
import { answerWords } from "../review.js";
import { selectByDrag } from "../rubber_band.js";
import { decisionName } from "../wording.js";
import { Mark } from "./mark.jsx";
import { Prediction } from "./predictions.jsx";
import { ThumbnailView } from "./thumbnail.jsx";

/** @import { LabelPanel } from "../state.js" */
/** @import { Sample } from "../messages.js" */
/** @import { Thumbnail } from "../thumbnails.js" */

/** The page as cards. @param {{panel: LabelPanel}} props */
export function Grid({ panel }) {
  const { state } = panel;
  const list = useRef(/** @type {HTMLDivElement | null} */ (null));
  useLayoutEffect(() => {
    if (list.current?.parentElement) list.current.parentElement.scrollTop = 0;
  }, [state.offset, state.where, state.sort]);
  useCursor(panel, list, state.cursor);
  const current = state.ids[state.cursor];
  return (
    <div class="wb-scroll" onPointerDown={(/** @type {PointerEvent} */ event) => selectByDrag(panel, event)}>
      <div
        ref={list}
        class="wb-grid"
        role="listbox"
        aria-multiselectable="true"
        aria-label="Images"
        aria-activedescendant={current === undefined ? undefined : `${panel.link.view}-${current}`}
        aria-busy={state.loading}
        tabIndex={0}
        data-main=""
        // What is not drawn yet has its height all the same: the card under the cursor is scrolled to before it is drawn.
        style={{
          gridTemplateColumns: `repeat(auto-fill, minmax(${Math.max(state.size, 72) + 10}px, 1fr))`,
          "--wb-card": `${state.size + (panel.review ? 42 : 22)}px`,
        }}
      >
        {state.ids.map((id, index) => {
          const item = panel.items.get(id);
          if (!item) return null;
          return (
            <Card
              key={id}
              panel={panel}
              item={item}
              index={index}
              thumb={panel.thumbnails.get(id)}
              side={state.size}
              selected={state.selection.has(id)}
              current={index === state.cursor}
              labels={state.labels}
            />
          );
        })}
      </div>
      {state.ids.length === 0 && !state.loading && <Nothing panel={panel} />}
    </div>
  );
}

/** Know how many cards stand in a row, and scroll to the one that the keys went to. @param {LabelPanel} panel @param {{current: HTMLElement | null}} list @param {number} cursor */
export function useCursor(panel, list, cursor) {
  useLayoutEffect(() => {
    const node = list.current;
    if (!node) return;
    panel.columns = Math.max(1, getComputedStyle(node).gridTemplateColumns.split(" ").length);
    if (panel.showCursor) {
      panel.showCursor = false;
      node.children[cursor]?.scrollIntoView({ block: "nearest" });
    }
  });
}

/** What to do when no image is there. @param {{panel: LabelPanel}} props */
export function Nothing({ panel }) {
  const empty = panel.countsNow().total() === 0;
  return (
    <p class="wb-nothing">
      {empty ? "No images yet. Drop files or a folder here, or press “Add images”." : "No image matches this filter."}
    </p>
  );
}

/** Click, Ctrl+click and Shift+click on an image. @param {LabelPanel} panel @param {number} index @param {MouseEvent} event */
export function pick(panel, index, event) {
  const { state } = panel;
  const id = state.ids[index];
  let { selection } = state;
  if (event.shiftKey) {
    const from = selection.anchor === null ? selection.only(state.ids[state.cursor]) : selection;
    selection = from.range(id, state.ids, event.ctrlKey || event.metaKey);
  } else if (event.ctrlKey || event.metaKey) selection = selection.toggle(id, state.ids);
  else selection = selection.size === 1 && selection.has(id) ? selection.none() : selection.only(id, true);
  panel.set({ selection, cursor: index });
}

/** @typedef {{panel: LabelPanel, item: Sample, index: number, thumb: Thumbnail | "broken" | undefined, side: number, selected: boolean, current: boolean, labels: unknown}} CardProps */

/** One image. Drawn again only when something of its own changes. @extends {Component<CardProps>} */
class Card extends Component {
  /** @param {CardProps} next */
  shouldComponentUpdate(next) {
    const now = this.props;
    return (
      next.item !== now.item ||
      next.thumb !== now.thumb ||
      next.selected !== now.selected ||
      next.index !== now.index ||
      next.current !== now.current ||
      next.side !== now.side ||
      next.labels !== now.labels
    );
  }

  render() {
    const { panel, item, index, thumb, side, selected, current } = this.props;
    const label = item.label === null ? undefined : panel.label(item.label);
    return (
      <div
        id={`${panel.link.view}-${item.id}`}
        class={`wb-card${selected ? " wb-selected" : ""}${current ? " wb-current" : ""}`}
        role="option"
        aria-selected={selected}
        aria-label={[item.name, decisionName(panel, item), answerWords(panel, item)].filter(Boolean).join(", ")}
        data-sample={item.id}
        title={item.name}
        style={label ? { "--wb-mark": label.color } : {}}
        onMouseDown={(/** @type {MouseEvent} */ event) => event.shiftKey && event.preventDefault()}
        onClick={(/** @type {MouseEvent} */ event) => pick(panel, index, event)}
        onDblClick={() => openFocus(panel, index)}
      >
        <ThumbnailView thumb={thumb} side={side} />
        <Mark panel={panel} item={item} />
        <Prediction panel={panel} item={item} />
      </div>
    );
  }
}
