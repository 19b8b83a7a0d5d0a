import { Swatch } from "../../shared/swatch.jsx";

/** @import { LabelPanel } from "../state.js" */
/** @import { Sample } from "../messages.js" */

/** What a model takes the image for, with bars, and where in it that was found. @param {{panel: LabelPanel, item: Sample | undefined}} props */
export function ExplainedAnswer({ panel, item }) {
  const { explained } = panel;
  const { theme } = panel.state;
  // An opinion that is asked for unseen is not led.
  if (!explained.shown || !theme || !item || item.second) return null;
  const { answer, url, error } = explained.follow(theme.id, item.id);
  const first = answer?.likely[0];
  return (
    <section class="wb-explained" aria-label="What the model says" aria-busy={!answer && !error}>
      <div class="wb-head">
        <span>{answer ? `What ${answer.model} says` : "What the model says"}</span>
      </div>
      {error ? <p class="wb-faint">{error}</p> : null}
      {!answer && !error ? <p class="wb-faint">The model is asked …</p> : null}
      {answer?.likely.map(({ name, label, score }) => {
        const share = Math.round(100 * score);
        const color = label === null ? undefined : panel.label(label)?.color;
        return (
          <div key={name} class="wb-likely" title={`${name}: ${share} %`}>
            {color ? <Swatch color={color} /> : null}
            <span class="wb-ellipsis">{name}</span>
            <span class="wb-bar-of" aria-hidden="true">
              <span style={{ width: `${share}%` }} />
            </span>
            <span class="wb-number wb-faint">{`${share} %`}</span>
          </div>
        );
      })}
      {url && first ? <img src={url} alt={`As the network gets it, bright where it speaks for ${first.name}`} /> : null}
    </section>
  );
}
