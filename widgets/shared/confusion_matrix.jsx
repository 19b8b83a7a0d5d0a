import { number, plural } from "./format.js";

/** @import { TestedImages } from "./tested_images.js" */

const MISTAKES = "Mistakes, the most confident first";

/** What a training takes for what; a cell leads to its images. @param {{tested: TestedImages, names: string[], matrix: number[][]}} props */
export function ConfusionMatrix({ tested, names, matrix }) {
  const wrong = matrix.flatMap((row, i) => row.filter((_, j) => i !== j)).reduce((sum, count) => sum + count, 0);
  return (
    <div class="wb-row wb-tested">
      <table class="wb-matrix">
        <caption>Test images: rows are true labels, columns predicted ones</caption>
        <thead>
          <tr>
            <td />
            {names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {matrix.map((row, i) => {
            const total = row.reduce((sum, count) => sum + count, 0) || 1;
            return (
              <tr key={names[i]}>
                <th scope="row">{names[i]}</th>
                {row.map((count, j) => (
                  <td key={names[j]}>
                    <button
                      type="button"
                      disabled={count === 0}
                      aria-label={`${plural(count, "image")} of ${names[i]} predicted as ${names[j]}`}
                      style={{
                        background: `color-mix(in srgb, ${i === j ? "var(--wb-accent)" : "var(--wb-warn)"} ${Math.round((60 * count) / total)}%, transparent)`,
                      }}
                      onClick={() =>
                        tested.show({ true: names[i], predicted: names[j] }, `${names[i]} predicted as ${names[j]}`)
                      }
                    >
                      {count === 0 ? "·" : number(count)}
                    </button>
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      {wrong > 0 && (
        <button
          type="button"
          onClick={() => tested.show({ mistakes: true }, MISTAKES)}
        >{`Show ${plural(wrong, "mistake")}`}</button>
      )}
      {wrong > 0 && (
        <button
          type="button"
          disabled={tested.waiting !== ""}
          onClick={() => tested.label({ mistakes: true }, MISTAKES)}
        >
          {`Open ${wrong === 1 ? "it" : "them"} in the label panel`}
        </button>
      )}
    </div>
  );
}
