import { useLayoutEffect, useRef } from "preact/hooks";
import { plural } from "../../shared/format.js";
import { Thumbnail } from "../../shared/thumbnail.jsx";

/** @import { Label } from "../../shared/messages.js" */
/** @import { SeenImage } from "../messages.js" */
/** @import { BoxPanel } from "../state.js" */

const SIDE = 152;

/** All images with their boxes, a page at a time. @param {{panel: BoxPanel}} props */
export function Overview({ panel }) {
  const { overview } = panel;
  const list = useRef(/** @type {HTMLDivElement | null} */ (null));
  const { current } = overview;
  useLayoutEffect(() => {
    if (!list.current) return;
    overview.columns = Math.max(1, getComputedStyle(list.current).gridTemplateColumns.split(" ").length);
    list.current.children[overview.cursor]?.scrollIntoView({ block: "nearest" });
  }, [overview.cursor, overview.images]);
  return (
    <div class="wb-main">
      <div class="wb-scroll">
        <div
          ref={list}
          class="wb-grid"
          role="listbox"
          aria-label="Images"
          aria-activedescendant={current && cardId(panel, current.id)}
          aria-busy={overview.loading}
          tabIndex={0}
          style={{ gridTemplateColumns: `repeat(auto-fill, minmax(${SIDE + 10}px, 1fr))` }}
        >
          {overview.images.map((image, index) => (
            <Card key={image.id} panel={panel} image={image} index={index} />
          ))}
        </div>
        {overview.images.length === 0 && !overview.loading && (
          <p class="wb-nothing">No image is in this state. Choose another one above.</p>
        )}
      </div>
    </div>
  );
}

/** @param {{panel: BoxPanel, image: SeenImage, index: number}} props */
function Card({ panel, image, index }) {
  const { overview } = panel;
  const boxes = plural(image.boxes.length, "box", "boxes");
  const current = index === overview.cursor;
  return (
    <div
      id={cardId(panel, image.id)}
      class={`wb-card${current ? " wb-current" : ""}`}
      role="option"
      aria-selected={current}
      aria-label={`${image.name}, ${image.state}, ${boxes}`}
      data-sample={image.id}
      data-state={image.state}
      title={image.name}
      onClick={() => {
        overview.cursor = index;
        panel.draw();
        panel.focusMain();
      }}
      onDblClick={() => panel.showImage(image.id)}
    >
      <span class="wb-seen">
        <Thumbnail sheet={overview.sheet} sample={image.id} name="" side={SIDE} />
        <Boxes image={image} labels={panel.labels()} />
      </span>
      <span class="wb-ellipsis wb-card-name">{image.name}</span>
      <span class={image.state === "undecided" ? "wb-faint" : ""}>
        {image.boxes.length > 0 || image.state === "done" ? `${image.state}, ${boxes}` : image.state}
      </span>
    </div>
  );
}

/** The boxes over a thumbnail. @param {{image: SeenImage, labels: Label[]}} props */
function Boxes({ image, labels }) {
  return (
    <svg viewBox={`0 0 ${image.width} ${image.height}`} width={SIDE} height={SIDE} aria-hidden="true">
      {image.boxes.map(({ x, y, width, height, label_id }, index) => (
        <rect
          key={index}
          x={x}
          y={y}
          width={width}
          height={height}
          fill="none"
          stroke={labels.find(({ id }) => id === label_id)?.color ?? "#7f7f7f"}
          stroke-width={2}
          vector-effect="non-scaling-stroke"
        />
      ))}
    </svg>
  );
}

/** @param {BoxPanel} panel @param {number} id */
function cardId(panel, id) {
  return `${panel.link.view}-${id}`;
}
