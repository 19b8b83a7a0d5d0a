import { heading, number, plural, share } from "./format.js";
import { Thumbnail } from "./thumbnail.jsx";

/** @import { ThumbnailSheet } from "./thumbnail.jsx" */

/** Two versions or runs side by side; `onTrace` opens a sample. @param {{value: any, pictures: ThumbnailSheet | null, onTrace?: (sample: number) => void}} props */
export function ComparisonView({ value, pictures, onTrace }) {
  const [first, second] = [value.first.name, value.second.name];
  /** @param {number | null} one @param {number | null} two */
  const change = (one, two) =>
    one === null || two === null
      ? ""
      : one === two
        ? "0"
        : `${two >= one ? "+" : "−"}${Math.abs(two - one).toFixed(4)}`;
  /** @param {any[]} cells @param {string | number} key */
  const line = (cells, key) => (
    <tr key={key}>
      {cells.map((cell, index) => (
        <td key={index} class={index ? "wb-number" : ""}>
          {cell}
        </td>
      ))}
    </tr>
  );
  /** @param {string} name */
  const head = (name) => (
    <thead>
      <tr>
        {[heading(name), first, second, "Change"].map((text, index) => (
          <th key={index} class={index ? "wb-number" : ""}>
            {text}
          </th>
        ))}
      </tr>
    </thead>
  );
  return (
    <section class="wb-comparison" aria-label={`${first} and ${second} compared`}>
      <h3>{`Compared: ${first} and ${second}`}</h3>
      {[value.first, value.second].map(
        (each) => each.test && <p key={each.name} class="wb-faint">{`${each.name}: ${each.test}`}</p>,
      )}
      {value.notes.map((/** @type {string} */ note) => (
        <p key={note} class="wb-faint">
          {note}
        </p>
      ))}
      <div class="wb-tables">
        <table>
          {head("metric")}
          <tbody>
            {Object.entries(value.metrics).map(([name, [one, two]]) =>
              line([heading(name), one?.toFixed(4) ?? "", two?.toFixed(4) ?? "", change(one, two)], name),
            )}
          </tbody>
        </table>
        {value.labeled > 0 && (
          <table>
            {head("F1 of class")}
            <tbody>
              {Object.entries(value.per_class).map(([name, [one, two]]) =>
                line([name, one.f1.toFixed(4), two.f1.toFixed(4), change(one.f1, two.f1)], name),
              )}
            </tbody>
          </table>
        )}
      </div>
      {value.labeled > 0 && (
        <p>{`Of ${number(value.labeled)} labeled samples that both predicted: ${number(value.both_right)} right by both, ${number(value.only_first)} only by ${first}, ${number(value.only_second)} only by ${second}, ${number(value.both_wrong)} by neither.`}</p>
      )}
      {value.differing > 0 && <h3>{`${plural(value.differing, "sample")} answered differently`}</h3>}
      {value.differing > 0 && (
        <table>
          <thead>
            <tr>
              {["", "File name", "Label", first, second].map((text, index) => (
                <th key={index}>{text}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {value.differences.slice(0, 200).map((/** @type {any} */ row) => (
              <tr key={row.sample_id}>
                <td>
                  <Thumbnail sheet={pictures} sample={row.sample_id} name={row.name} />
                </td>
                <td>
                  {onTrace ? (
                    <button type="button" class="wb-link" onClick={() => onTrace(row.sample_id)}>
                      {row.name}
                    </button>
                  ) : (
                    row.name
                  )}
                </td>
                <td>{row.actual ?? "–"}</td>
                <td>{`${row.first} ${share(row.first_score)}`}</td>
                <td>{`${row.second} ${share(row.second_score)}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
