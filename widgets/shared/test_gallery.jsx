import { number, plural, share } from "./format.js";
import { LineageTable } from "./lineage.jsx";
import { Thumbnail } from "./thumbnail.jsx";

/** @import { TestedImages } from "./tested_images.js" */

/** The images behind a cell of a confusion matrix, or the mistakes. @param {{tested: TestedImages}} props */
export function TestGallery({ tested }) {
  const { gallery } = tested;
  if (!gallery) return null;
  return (
    <section class="wb-images" aria-label={gallery.title}>
      <h3>
        {`${gallery.title}: ${plural(gallery.count, "image")}${gallery.images.length < gallery.count ? `, the first ${number(gallery.images.length)} shown` : ""}`}
        <button
          type="button"
          onClick={() => tested.label(gallery.which, gallery.title)}
          disabled={tested.waiting !== ""}
        >
          Open in the label panel
        </button>
        <button type="button" onClick={() => tested.close()}>
          Close
        </button>
      </h3>
      <div class="wb-grid" role="list">
        {gallery.images.map((image) => {
          const said = `${image.name}, ${image.true}, predicted ${image.predicted} ${share(image.score)}`;
          return (
            <figure key={image.sample_id} role="listitem" data-sample={image.sample_id} aria-label={said} title={said}>
              <button
                type="button"
                class="wb-link"
                aria-pressed={tested.traced === image.sample_id}
                aria-label={`Models that know ${image.name}`}
                onClick={() => tested.trace(image.sample_id)}
              >
                <Thumbnail sheet={gallery.sheet} sample={image.sample_id} name={image.name} side={72} />
              </button>
              <figcaption>{`${image.true} → ${image.predicted} ${share(image.score)}`}</figcaption>
            </figure>
          );
        })}
      </div>
      {tested.traced !== null && <LineageTable link={tested.around.link} sample={tested.traced} />}
    </section>
  );
}
