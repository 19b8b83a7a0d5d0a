import { Histogram, Picture } from "./image.jsx";

/** @import { ExplorePanel } from "../state.js" */
/** @typedef {{panel: ExplorePanel, answer: any}} Props */

/** Each preprocessing step with what it left and its histogram. @param {Props} props */
export function Steps({ panel, answer }) {
  return (
    <div class="wb-stages">
      {answer.stages.map((/** @type {any} */ stage, /** @type {number} */ index) => (
        <figure key={index} class="wb-stage">
          <figcaption>
            <strong>{words(stage.name)}</strong>
            <span class="wb-faint">{`${stage.count > 1 ? `${stage.count} × ` : ""}${stage.size[1]} × ${stage.size[0]}`}</span>
          </figcaption>
          <div class="wb-frame">
            <Picture of={stage.picture} from={panel.state.pictures} alt={`${words(stage.name)} result`} side={200} />
          </div>
          <Histogram
            counts={stage.histogram}
            title=""
            along="value"
            up="pixels (root scale)"
            to={256}
            width={220}
            height={120}
          />
          <div class="wb-faint wb-small">
            {Object.entries(stage.settings)
              .map(([name, value]) => `${words(name)} ${setting(name, value)}`)
              .join(", ")}
          </div>
        </figure>
      ))}
    </div>
  );
}

/** Augmented versions beside the original, with what was applied to each. @param {Props} props */
export function Augmentation({ panel, answer }) {
  return (
    <div>
      <p class="wb-faint wb-pad">{`The transforms of ${answer.split}${answer.patches > 1 ? `, on the middle one of ${answer.patches} patches` : ""}. Point at a picture to see what was drawn for it.`}</p>
      <div class="wb-cells">
        <Cell panel={panel} picture={answer.original} title="original" strong />
        {answer.variants.map((/** @type {any} */ variant) => (
          <Cell
            key={variant.seed}
            panel={panel}
            picture={variant.picture}
            title={
              variant.applied.map((/** @type {string} */ line) => line.split(":")[0]).join(", ") || "nothing applied"
            }
            hint={variant.applied.join("\n")}
          />
        ))}
      </div>
    </div>
  );
}

/** @param {Props} props */
export function Splits({ panel, answer }) {
  return (
    <div>
      {Object.entries(answer.splits).map(([split, pictures]) => (
        <section key={split}>
          <h4>
            {split}
            <span class="wb-faint">{split === "train" ? "" : "the same every time"}</span>
          </h4>
          <div class="wb-cells">
            {
              /** @type {any[]} */ (pictures).map((picture, index) => (
                <Cell key={index} panel={panel} picture={picture} title="" side={102} />
              ))
            }
          </div>
        </section>
      ))}
    </div>
  );
}

/** @param {Props} props */
export function Libraries({ panel, answer }) {
  return (
    <div>
      <div class="wb-row wb-pad">
        <label>
          Intent{" "}
          <select
            value={answer.intent}
            onChange={(/** @type {any} */ event) => {
              panel.set({ intent: event.target.value });
              panel.look();
            }}
          >
            {answer.intents.map((/** @type {string} */ name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      {Object.entries(answer.libraries).map(([library, found]) => (
        <section key={library}>
          <h4>
            {library}
            <code>{transformText(found.transform)}</code>
          </h4>
          <div class="wb-cells">
            {found.pictures.map((/** @type {any} */ picture, /** @type {number} */ index) => (
              <Cell key={index} panel={panel} picture={picture} title="" side={102} />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}

/** @param {Props} props */
export function Batch({ panel, answer }) {
  const [count, channels, height, width] = answer.shape;
  const normalization = panel.state.draft?.data.augmentation?.normalization ?? "imagenet";
  return (
    <div>
      <p class="wb-faint wb-pad">
        {`From ${answer.from}: ${count} × ${channels} × ${height} × ${width}. As numbers, after normalization: mean ${answer.mean.join(", ")}; deviation ${answer.std.join(", ")}. Shown in true colors.`}
        {normalization === "theme" && " Mean and deviation of this batch stand in for the theme's."}
      </p>
      {answer.damaged.length > 0 && (
        <p class="wb-warn wb-pad">{`Left out, and training would stop at it: ${answer.damaged.join(", ")}.`}</p>
      )}
      <div class="wb-cells wb-small-cells">
        {answer.rows.map((/** @type {any} */ row, /** @type {number} */ index) => (
          <Cell key={index} panel={panel} picture={row.picture} title={row.label} side={96} />
        ))}
      </div>
    </div>
  );
}

/** @param {{panel: ExplorePanel, picture: any, title: string, hint?: string, strong?: boolean, side?: number}} props */
function Cell({ panel, picture, title, hint, strong, side = 128 }) {
  return (
    <figure class="wb-cell" title={hint || title} style={{ width: `${side + 8}px` }}>
      <div class="wb-frame">
        <Picture of={picture} from={panel.state.pictures} alt={hint || title || "picture"} side={side} />
      </div>
      {/* Long names of transforms may break where a word begins. */}
      {title && (
        <figcaption class={strong ? "wb-strong" : ""}>{title.replace(/([a-z])([A-Z])/g, "$1\u200b$2")}</figcaption>
      )}
    </figure>
  );
}

/** @param {any} transform */
function transformText(transform) {
  const [name, args] = Object.entries(transform)[0];
  return `${name}(${Object.entries(/** @type {any} */ (args))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(", ")})`;
}

/** @param {string} name @param {any} value */
function setting(name, value) {
  if (!Array.isArray(value)) return value === null ? "as the size" : String(value);
  if (name === "fill") return new Set(value).size === 1 ? String(value[0]) : `(${value.join(" ")})`;
  return value.join(" × ");
}

/** @param {string} name */
export function words(name) {
  return name.replaceAll("_", " ");
}
