import { useState } from "preact/hooks";
import { plural } from "../../shared/format.js";
import { message } from "../../shared/polling.js";
import { showThese } from "../browsing.js";

/** @import { LabelPanel } from "../state.js" */
/** @import { Forecast } from "../messages.js" */

/** Whether labeling more is worth it, once somebody asks: it takes some seconds. @param {{panel: LabelPanel}} props */
export function ForecastView({ panel }) {
  const [more, setMore] = useState("200");
  const [told, setTold] = useState(/** @type {Forecast | null} */ (null));
  const [waiting, setWaiting] = useState(false);
  const [trouble, setTrouble] = useState("");
  const ask = async () => {
    setWaiting(true);
    setTrouble("");
    try {
      const asked = { theme: panel.themeId, annotator: panel.state.annotator, more: Number(more) };
      setTold((await panel.link.call("forecast", asked)).value);
    } catch (error) {
      setTrouble(message(error));
    }
    setWaiting(false);
  };
  const doubtful = told?.doubts.sample_ids ?? [];
  return (
    <section aria-label="Worth labeling more?">
      <div class="wb-row">
        <label>
          What would{" "}
          <input
            type="number"
            min={1}
            step={1}
            value={more}
            onInput={(/** @type {any} */ event) => setMore(event.target.value)}
          />{" "}
          more labels bring?
        </label>
        <button type="button" disabled={waiting || !(Number(more) >= 1)} onClick={ask}>
          Forecast
        </button>
      </div>
      <p class={trouble ? "wb-warn" : "wb-faint"} role={trouble ? "alert" : "status"}>
        {trouble || (waiting ? "Learning from parts of the labels …" : (told?.words ?? ""))}
      </p>
      {doubtful.length > 0 && !waiting && (
        <button type="button" onClick={() => showThese(panel, doubtful, "doubtful labels")}>
          {`Show ${plural(doubtful.length, "doubtful label")}`}
        </button>
      )}
    </section>
  );
}
