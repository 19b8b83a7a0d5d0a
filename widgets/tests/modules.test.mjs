import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";

const LIB = new URL("..", import.meta.url).pathname;

test("no module of the panels needs itself by way of others", () => {
  const names = readdirSync(LIB, { recursive: true }).filter(
    (name) => /\.jsx?$/.test(name) && !/^(node_modules|dist)/.test(name),
  );
  const needs = new Map(
    names.map((name) => {
      const code = readFileSync(join(LIB, name), "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
      return [
        name,
        [...code.matchAll(/^(?:import|export)\b[^;]*? from "(\.[^"]+)"/gm)].map(([, path]) =>
          join(dirname(name), path),
        ),
      ];
    }),
  );
  assert.ok([...needs.values()].flat().length > 100, "imports are found");
  const done = new Set();
  /** @param {string} name @param {string[]} above */
  const visit = (name, above) => {
    assert.ok(!above.includes(name), `${[...above, name].join(" -> ")}`);
    if (done.has(name)) return;
    for (const other of needs.get(name) ?? []) visit(other, [...above, name]);
    done.add(name);
  };
  for (const name of names) visit(name, []);
});
