import { useState } from "preact/hooks";
import { number, plural } from "../../shared/format.js";
import { waitingText } from "../../shared/polling.js";
import { Question } from "../../shared/question.jsx";
import { TypedInput } from "../../shared/typed_input.jsx";
import { findGroups, mendGroups, moveThreshold } from "../groups.js";
import { Found } from "./found.jsx";

/** @import { DuplicateSearch, Groups as Known, Match, Straddling } from "../messages.js" */
/** @import { ExplorePanel } from "../state.js" */

/** Near duplicates with their threshold, and groups that are in more than one split. @param {{panel: ExplorePanel}} props */
export function Groups({ panel }) {
  const { groups } = panel.state;
  if (!groups) return null;
  if (groups.running) return <Running panel={panel} groups={groups} />;
  return (
    <>
      <h4>Near duplicates and groups</h4>
      {groups.search ? (
        <Search panel={panel} search={groups.search} pairs={groups.pairs ?? []} />
      ) : (
        <p class="wb-faint">
          {
            "Nobody has looked for crops, copies of other size or brightness, mirror images and frames of one film yet. "
          }
          <button type="button" class="wb-link" onClick={() => findGroups(panel)}>
            Look for them
          </button>
        </p>
      )}
      <InTwoSplits panel={panel} groups={groups} />
    </>
  );
}

/** @param {{panel: ExplorePanel, groups: Known}} props */
function Running({ panel, groups }) {
  const share = groups.of ? (100 * groups.done) / groups.of : 0;
  return (
    <>
      <h4>Near duplicates and groups</h4>
      <div class="wb-pad wb-row">
        <span
          class="wb-progress"
          role="progressbar"
          aria-label="Looking for near duplicates"
          aria-valuenow={groups.done}
          aria-valuemax={groups.of}
        >
          <span style={{ width: `${share}%` }} />
        </span>
        <span>{groups.of ? `${number(groups.done)} of ${number(groups.of)} ${groups.what}` : `${groups.what} …`}</span>
        <button type="button" onClick={() => findGroups(panel, true)}>
          Stop
        </button>
      </div>
    </>
  );
}

/** @param {{panel: ExplorePanel, search: DuplicateSearch, pairs: Match[]}} props */
function Search({ panel, search, pairs }) {
  const [above, below] = [pairs.filter((pair) => pair.together), pairs.filter((pair) => !pair.together)];
  const later = search.not_compared ? `${plural(search.not_compared, "image")} came since. ` : "";
  return (
    <>
      <p class="wb-faint">
        {`${plural(search.compared, "image")} compared: ${plural(search.pairs, "pair")} in ${plural(search.groups, "group")}. ${later}`}
        <button type="button" class="wb-link" onClick={() => findGroups(panel)}>
          Look again
        </button>
      </p>
      <div class="wb-pad wb-row">
        <label class="wb-row">
          {"Together from a match of "}
          <TypedInput
            type="number"
            min="0.03"
            max="1"
            step="0.01"
            value={search.threshold}
            onTyped={(text) => moveThreshold(panel, Number(text))}
          />
        </label>
        <span class="wb-faint">0 nothing in common, 1 the same picture</span>
      </div>
      <Side panel={panel} title="Just together" pairs={above} />
      <Side panel={panel} title="Just not" pairs={below} />
    </>
  );
}

/** @param {{panel: ExplorePanel, title: string, pairs: Match[]}} props */
function Side({ panel, title, pairs }) {
  if (!pairs.length) return null;
  return (
    <>
      <h5>{title}</h5>
      <div class="wb-pairs">
        {pairs.map((pair) => (
          <figure key={pair.images.map((image) => image.id).join()} class="wb-pair">
            <div class="wb-row">
              {pair.images.map((image) => (
                <Found key={image.id} panel={panel} image={image} from={panel.state.groupPictures} />
              ))}
            </div>
            <figcaption>
              {differ(pair) && <strong>different labels, </strong>}
              <span class="wb-faint">{`match ${pair.score.toFixed(2)}`}</span>
            </figcaption>
          </figure>
        ))}
      </div>
    </>
  );
}

/** @param {{panel: ExplorePanel, groups: Known}} props */
function InTwoSplits({ panel, groups }) {
  const [asking, setAsking] = useState(/** @type {number[] | null | undefined} */ (undefined));
  const { mended, mending } = panel.state;
  if (mending)
    return (
      <p role="status">{waitingText("bringing groups into one split …", panel.state.health, panel.state.progress)}</p>
    );
  const count = groups.straddling_count ?? 0;
  const shown = groups.straddling ?? [];
  if (!count) return <p class="wb-faint">{mended || "No group lies in more than one split."}</p>;
  const meant = asking ? shown.filter((group) => asking.includes(group.id)) : shown;
  return (
    <>
      <h5>{`${plural(count, "group")} in more than one split`}</h5>
      <p class="wb-faint">
        {"What a model learns from lies beside what it is judged by. "}
        <button type="button" onClick={() => setAsking(null)}>
          {`Bring ${count === 1 ? "it" : `all ${number(count)}`} into one split`}
        </button>
      </p>
      {mended && <p class="wb-faint">{mended}</p>}
      {asking !== undefined && (
        <Question
          name="Bring groups into one split"
          text={`Into test where a group has images there, else into valid: nothing leaves test, nothing enters train. Models trained before have seen what came from train.`}
          button={asking ? `Move ${plural(sum(meant), "image")}` : `Bring ${plural(count, "group")} into one split`}
          onConfirm={() => {
            setAsking(undefined);
            mendGroups(panel, asking);
          }}
          onCancel={() => setAsking(undefined)}
        />
      )}
      <div class="wb-pairs">
        {shown.map((group) => (
          <figure key={group.id} class="wb-pair wb-group wb-attention">
            <div class="wb-row">
              {group.images.map((image) => (
                <Found key={image.id} panel={panel} image={image} from={panel.state.groupPictures} split />
              ))}
            </div>
            <figcaption>
              <strong>{group.names.join(", ") || Object.entries(group.splits).map(words).join(", ")}</strong>
              {group.names.length > 0 && (
                <span class="wb-faint">{` ${Object.entries(group.splits).map(words).join(", ")}`}</span>
              )}
              <button type="button" class="wb-link" onClick={() => setAsking([group.id])}>
                {`all into ${group.target}`}
              </button>
            </figcaption>
          </figure>
        ))}
      </div>
    </>
  );
}

/** @param {Match} pair */
const differ = ({ images: [one, other] }) => one.label && other.label && one.label !== other.label;

/** @param {[string, number]} entry */
const words = ([split, count]) => `${number(count)} ${split}`;

/** @param {Straddling[]} groups */
const sum = (groups) => groups.reduce((total, group) => total + group.moved, 0);
