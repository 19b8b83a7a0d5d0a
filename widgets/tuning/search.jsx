/** @import { TuningPanel } from "./state.js" */

/** What can be searched, before anything was. @param {{panel: TuningPanel}} props */
export function Nothing({ panel }) {
  const { study } = panel.state;
  const { space, file, problem } = panel.config;
  const where = problem ? "Run" : "Start a search on the left, or run";
  return (
    <div class="wb-empty">
      <p>{`${study.theme} has not been tuned yet. ${where} the cell that tunes; its trials appear here.`}</p>
      {problem && <p class="wb-warn">{problem}</p>}
      {space && <Space space={space} file={file} />}
    </div>
  );
}

/** What is searched. @param {{space: [string, string][], file?: string}} props */
export function Space({ space, file }) {
  return (
    <table class="wb-space">
      <caption>{`What is searched (${file})`}</caption>
      <tbody>
        {space.map(([name, values]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{values}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A search in the background, begun or gone on with. @param {{panel: TuningPanel}} props */
export function Search({ panel }) {
  const { study, waiting } = panel.state;
  const { config } = panel;
  if (config.problem) return null;
  const runs = study.search?.state === "running";
  const known = study.study !== undefined;
  /** @param {SubmitEvent} event */
  const start = (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const given = (/** @type {string} */ name) => (form.get(name) ? Number(form.get(name)) : null);
    panel.start(given("trials"), given("minutes"), given("workers") ?? 1);
  };
  return (
    <form class="wb-search" aria-label="Search in the background" onSubmit={start}>
      <h3>{known ? "Go on" : "Search"}</h3>
      <label title="Those of earlier searches included">
        <span>Trials in total</span>
        <input
          key={study.total ?? 0}
          name="trials"
          type="number"
          min={1}
          defaultValue={study.total ?? config.n_trials}
        />
      </label>
      <label title="After so many minutes no further trial begins; empty: no limit">
        <span>Minutes at most</span>
        <input
          name="minutes"
          type="number"
          min={0}
          step="any"
          placeholder="no limit"
          defaultValue={config.timeout ? config.timeout / 60 : ""}
        />
      </label>
      <label title="They share the trials, and the cores of this machine">
        <span>Processes</span>
        <input name="workers" type="number" min={1} max={64} defaultValue={1} />
      </label>
      <button class="wb-primary" type="submit" disabled={runs || waiting !== "" || study.running?.length > 0}>
        {runs ? "Searching in the background" : known ? "Go on in the background" : "Start in the background"}
      </button>
    </form>
  );
}

/** A first press waits for the trial that runs; a second one does not, where another process searches. @param {{panel: TuningPanel}} props */
export function Stop({ panel }) {
  const { study, waiting } = panel.state;
  const searching = study.search?.state === "running";
  const begun = study.study !== undefined && study.running.length > 0;
  if (searching && (study.stopping || !begun))
    return (
      <button type="button" onClick={() => panel.interrupt(begun)} disabled={waiting !== ""}>
        {begun ? "Stop at once…" : "Stop"}
      </button>
    );
  return (
    <button type="button" onClick={() => panel.stop()} disabled={study.stopping || waiting !== ""}>
      {study.stopping ? "Stopping after this trial" : "Stop after this trial"}
    </button>
  );
}
