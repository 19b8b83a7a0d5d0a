import { SIDE } from "./instructions.js";
import { Swatch } from "./swatch.jsx";
import { Thumbnail } from "./thumbnail.jsx";

/** @import { InstructionsBeside } from "./instructions.js" */
/** @import { Label } from "./messages.js" */

/** Shows what the labels mean, or hides it. @param {{beside: InstructionsBeside}} props */
export function InstructionsButton({ beside }) {
  return (
    <button
      type="button"
      aria-pressed={beside.told !== null}
      title="What the labels mean: the theme’s description, and pictures of each label"
      onClick={() => beside.toggle()}
    >
      Instructions
    </button>
  );
}

/**
 * What the labels mean: the theme's description, and pictures of each label.
 * @param {{beside: InstructionsBeside, labels: Label[], onEdit: () => void}} props
 */
export function InstructionsView({ beside: { told }, labels, onEdit }) {
  if (!told) return null;
  return (
    <section class="wb-instructions" aria-label="Instructions" tabIndex={0}>
      <div class="wb-head">
        <span>Instructions</span>
        <button type="button" class="wb-link" onClick={onEdit}>
          Edit…
        </button>
      </div>
      {/* The kernel makes HTML of Markdown, in which tags are text. */}
      <div dangerouslySetInnerHTML={{ __html: told.html }} />
      {told.examples.map(({ label, pictures }) => (
        <Examples key={label} label={labels.find(({ id }) => id === label)} pictures={pictures} sheet={told.sheet} />
      ))}
      {told.examples.length === 0 && !told.coming && (
        <p class="wb-faint">Pictures of each label appear here once there are some.</p>
      )}
    </section>
  );
}

/** @param {{label: Label | undefined, pictures: number[], sheet: import("./thumbnail.jsx").ThumbnailSheet | null}} props */
function Examples({ label, pictures, sheet }) {
  // It may have been deleted since.
  if (!label) return null;
  return (
    <div class="wb-examples" data-examples={label.name}>
      <span class="wb-mark">
        <Swatch color={label.color} />
        <span class="wb-ellipsis">{label.name}</span>
      </span>
      <div class="wb-row">
        {pictures.map((id) => (
          <Thumbnail key={id} sheet={sheet} sample={id} name={`Example of ${label.name}`} side={SIDE} />
        ))}
      </div>
    </div>
  );
}
