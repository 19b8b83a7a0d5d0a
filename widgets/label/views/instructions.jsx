import { Swatch } from "../../shared/swatch.jsx";
import { ThumbnailView } from "./thumbnail.jsx";

/** @import { LabelPanel } from "../state.js" */

/** What the labels mean: the theme's description, and images of each label. @param {{panel: LabelPanel}} props */
export function Instructions({ panel }) {
  const told = panel.state.instructions;
  if (!told) return null;
  return (
    <section class="wb-instructions" aria-label="Instructions" tabIndex={0}>
      {/* The kernel makes HTML of Markdown, in which tags are text. */}
      <div dangerouslySetInnerHTML={{ __html: told.html }} />
      {told.examples.map(({ label, samples }) => (
        <div key={label} class="wb-examples">
          <span class="wb-mark">
            <Swatch color={panel.label(label)?.color ?? ""} />
            {panel.label(label)?.name}
          </span>
          <div class="wb-row">
            {samples.map((id) => (
              <ThumbnailView key={id} thumb={panel.thumbnails.get(id)} side={64} />
            ))}
          </div>
        </div>
      ))}
      {told.examples.length === 0 && <p class="wb-faint">Images of each label appear here once some are labeled.</p>}
    </section>
  );
}
