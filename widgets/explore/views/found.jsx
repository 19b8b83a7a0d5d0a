import { Picture } from "./image.jsx";

/** @import { Shown } from "../images.js" */
/** @import { Subject } from "../messages.js" */
/** @import { ExplorePanel } from "../state.js" */

/** An image that was found: pressed, it is shown. @param {{panel: ExplorePanel, image: Subject, from: Shown[], split?: boolean}} props */
export function Found({ panel, image, from, split }) {
  const text = `${image.name}: ${image.label || "unlabeled"}${image.split ? `, ${image.split}` : ""}`;
  return (
    <button
      type="button"
      class="wb-found"
      title={text}
      aria-label={`Look at ${text}`}
      onClick={() => {
        panel.choose({ ...image, picture: null });
        panel.show("steps");
      }}
    >
      <Picture of={image.picture} from={from} alt="" side={72} />
      <span class="wb-ellipsis">{split ? image.split || "no split" : image.label || "unlabeled"}</span>
    </button>
  );
}
