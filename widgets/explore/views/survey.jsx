import { Chart } from "../../shared/chart.jsx";
import { number, plural } from "../../shared/format.js";
import { Found } from "./found.jsx";
import { Groups } from "./groups.jsx";
import { Histogram } from "./image.jsx";

/** @import { Findings, Geometry, Odd as OddImage, Pair as NearPair, Survey } from "../messages.js" */
/** @import { ExplorePanel } from "../state.js" */

/** @param {string} split */
const named = (split) => (split === "unassigned" ? "no split" : split);

/** The theme as a whole: labels and splits, sizes, levels, near duplicates, odd ones. @param {{panel: ExplorePanel}} props */
export function Data({ panel }) {
  const { survey } = panel.state;
  if (!survey) return null;
  if (!survey.counts) return <Progress panel={panel} survey={survey} />;
  const part = survey.total > survey.of ? ` of ${number(survey.total)}, chosen from all over the theme` : "";
  return (
    <div class="wb-data">
      <p class="wb-faint">
        {`${what(panel, survey.of)} looked at${part}. `}
        <button type="button" class="wb-link" onClick={() => panel.survey(true)}>
          Look again
        </button>
      </p>
      <h4>Labels and splits</h4>
      {Object.values(survey.counts).some((row) => sum(row) > 0) ? (
        <Distribution counts={survey.counts} colors={survey.colors} of={panel.state.of} />
      ) : (
        <p class="wb-faint">No image has a label yet.</p>
      )}
      {survey.boxes.length > 0 && <Boxes boxes={survey.boxes} />}
      <div class="wb-two">
        <div>
          <h4>Sizes</h4>
          <Sizes sizes={survey.sizes} of={panel.state.of} />
        </div>
        <div>
          <h4>Levels</h4>
          <Histogram
            counts={survey.levels}
            title=""
            along="mean of an image, 0 dark to 1 bright"
            up={`${panel.state.of} (root scale)`}
            to={1}
          />
          <table class="wb-table">
            <tr>
              <th />
              {["red", "green", "blue"].map((name) => (
                <th key={name}>{name}</th>
              ))}
            </tr>
            <tr>
              <th>mean</th>
              {survey.mean.map(Cell3)}
            </tr>
            <tr>
              <th>deviation</th>
              {survey.std.map(Cell3)}
            </tr>
          </table>
        </div>
      </div>
      {panel.state.of === "images" && <Groups panel={panel} />}
      {panel.state.groups?.search ? null : <Pairs panel={panel} survey={survey} />}
      <h4>{survey.odd_count ? `${plural(survey.odd_count, "odd image")}` : "No odd images"}</h4>
      <div class="wb-pairs">
        {survey.odd.map((odd, index) => (
          <Odd key={index} panel={panel} odd={odd} />
        ))}
      </div>
    </div>
  );
}

/** Pairs that are nearly the same pixel by pixel: what is seen before anybody looked for near duplicates. @param {{panel: ExplorePanel, survey: Findings}} props */
function Pairs({ panel, survey }) {
  return (
    <>
      <h4>{survey.pair_count ? `${plural(survey.pair_count, "pair")} of near duplicates` : "No near duplicates"}</h4>
      <div class="wb-pairs">
        {survey.pairs.map((pair, index) => (
          <Pair key={index} panel={panel} pair={pair} />
        ))}
      </div>
    </>
  );
}

/** @param {ExplorePanel} panel @param {number} count */
function what(panel, count) {
  return panel.state.of === "boxes" ? plural(count, "box", "boxes") : plural(count, "image");
}

/** How large the boxes of each label are, and where on their images. @param {{boxes: Geometry[]}} props */
function Boxes({ boxes }) {
  /** @param {"sizes" | "centers"} of */
  const dots = (of) =>
    boxes.map((label) => ({
      name: label.label,
      color: label.color,
      kind: /** @type {const} */ ("dots"),
      points: label[of].map(([x, y]) => ({ x, y })),
    }));
  return (
    <div class="wb-boxes-found">
      <h4>Boxes</h4>
      <div class="wb-row wb-plots">
        <Chart title="sizes" along="width (px)" up="height (px)" series={dots("sizes")} from={0} low={0} height={240} />
        <Chart
          title="centers"
          along="from the left (share)"
          up="from the top (share)"
          series={dots("centers")}
          from={0}
          to={1}
          low={0}
          high={1}
          height={240}
          downwards
        />
      </div>
      <table class="wb-table">
        <tr>
          {["label", "boxes", "smallest", "median", "largest"].map((name, index) => (
            <th key={name} class={index ? "wb-number" : ""}>
              {name}
            </th>
          ))}
        </tr>
        {boxes.map((label) => (
          <tr key={label.label}>
            <td>
              <span class="wb-swatch" style={{ background: label.color }} />
              {` ${label.label}`}
            </td>
            <td class="wb-number">{number(label.count)}</td>
            {[label.least, label.median, label.most].map((size, index) => (
              <td key={index} class="wb-number">{`${number(size[0])} × ${number(size[1])}`}</td>
            ))}
          </tr>
        ))}
      </table>
    </div>
  );
}

/** @param {number} value @param {number} index */
function Cell3(value, index) {
  return (
    <td key={index} class="wb-number">
      {value.toFixed(3)}
    </td>
  );
}

/** @param {{panel: ExplorePanel, survey: Survey}} props */
function Progress({ panel, survey }) {
  const share = survey.of ? (100 * survey.done) / survey.of : 100;
  return (
    <div class="wb-pad wb-row">
      <span class="wb-progress" role="progressbar" aria-valuenow={survey.done} aria-valuemax={survey.of}>
        <span style={{ width: `${share}%` }} />
      </span>
      <span>{`${number(survey.done)} of ${number(survey.of)} ${panel.state.of} looked at`}</span>
      {panel.state.surveying ? (
        <button type="button" onClick={() => panel.show("steps")}>
          Stop
        </button>
      ) : (
        <button type="button" onClick={() => panel.survey()}>
          Go on
        </button>
      )}
    </div>
  );
}

/** @param {{counts: Record<string, Record<string, number>>, colors: Record<string, string>, of: string}} props */
function Distribution({ counts, colors, of }) {
  const rows = Object.entries(counts);
  const most = Math.max(1, ...rows.map(([, row]) => sum(row)));
  const splits = Object.keys(colors).filter((split) => rows.some(([, row]) => row[split]));
  return (
    <table class="wb-table wb-distribution">
      <tr>
        <th>label</th>
        <th />
        <th class="wb-number">{of}</th>
        {splits.map((split) => (
          <th key={split} class="wb-number">
            <span class="wb-swatch" style={{ background: colors[split] }} />
            {` ${named(split)}`}
          </th>
        ))}
      </tr>
      {rows.map(([label, row]) => (
        <tr key={label}>
          <td>{label}</td>
          <td class="wb-bars">
            {splits.map((split) => (
              <span
                key={split}
                title={`${named(split)} ${number(row[split])}`}
                style={{ width: `${(100 * row[split]) / most}%`, background: colors[split] }}
              />
            ))}
          </td>
          <td class="wb-number">{number(sum(row))}</td>
          {splits.map((split) => (
            <td key={split} class="wb-number">
              {number(row[split])}
            </td>
          ))}
        </tr>
      ))}
    </table>
  );
}

/** @param {Record<string, number>} row */
function sum(row) {
  return Object.values(row).reduce((total, count) => total + count, 0);
}

/** @param {{sizes: number[][], of: string}} props */
function Sizes({ sizes, of }) {
  const shown = sizes.slice(0, 8);
  return (
    <table class="wb-table">
      <tr>
        <th>width × height</th>
        <th class="wb-number">{of}</th>
      </tr>
      {shown.map(([width, height, count]) => (
        <tr key={`${width}x${height}`}>
          <td>{`${number(width)} × ${number(height)}`}</td>
          <td class="wb-number">{number(count)}</td>
        </tr>
      ))}
      {sizes.length > shown.length && (
        <tr>
          <td colSpan={2} class="wb-faint">{`and ${plural(sizes.length - shown.length, "other size")}`}</td>
        </tr>
      )}
    </table>
  );
}

/** @param {{panel: ExplorePanel, pair: NearPair}} props */
function Pair({ panel, pair }) {
  const why = !pair.same_label ? "different labels" : pair.across_splits ? "in two splits" : "";
  return (
    <figure class={`wb-pair${why ? " wb-attention" : ""}`}>
      <div class="wb-row">
        {pair.images.map((image) => (
          <Found key={image.id} panel={panel} image={image} from={panel.state.surveyPictures} />
        ))}
      </div>
      <figcaption>
        {why ? <strong>{why}</strong> : <span class="wb-faint">same label and split</span>}
        <span class="wb-faint">{`, differ by ${pair.distance} of 255`}</span>
      </figcaption>
    </figure>
  );
}

/** @param {{panel: ExplorePanel, odd: OddImage}} props */
function Odd({ panel, odd }) {
  return (
    <figure class="wb-pair">
      <Found panel={panel} image={odd} from={panel.state.surveyPictures} />
      <figcaption>
        <strong>{odd.kind}</strong>
        <span class="wb-faint">{` ${odd.reason}`}</span>
      </figcaption>
    </figure>
  );
}
