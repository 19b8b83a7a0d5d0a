/**
 * Bundles the browser half of each panel: NAME/panel.jsx becomes dist/NAME.js, which anywidget loads as one module, and
 * NAME/panel.css becomes dist/NAME.css.
 *
 * `node build.mjs --check` writes nothing and fails when a bundle is not what its sources say.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

// The text of a licence travels with every copy, and a saved notebook is one: it holds the bundles of its panels.
const LICENSE = readFileSync("node_modules/preact/LICENSE", "utf8").trim();

const checking = process.argv.includes("--check");
const stale = [];
mkdirSync("dist", { recursive: true });

for (const name of readdirSync(".").sort()) {
  const origin = `Built from widgets/${name} by 'npm run build'; edit there.`;
  const script = ["panel.jsx", "panel.js"].map((file) => `${name}/${file}`).find(existsSync);
  if (!script) continue;
  stale.push(await bundle(script, `dist/${name}.js`, { js: `/*\n${origin}\n\nIncludes Preact:\n\n${LICENSE}\n*/` }));
  stale.push(await bundle(`${name}/panel.css`, `dist/${name}.css`, { css: `/* ${origin} */` }));
}
if (stale.some(Boolean)) {
  console.error("Run 'npm run build' in widgets/.");
  process.exit(1);
}

/**
 * Write a bundle, or with --check say whether the one that is there differs from its sources.
 * @param {string} source
 * @param {string} target
 * @param {Record<string, string>} banner
 */
async function bundle(source, target, banner) {
  const { outputFiles } = await build({
    entryPoints: [source],
    outfile: target,
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "inline",
    // Names stay, so that a trace in a bug report can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    // Paths in the output are then the same wherever the packages lie.
    preserveSymlinks: true,
    banner,
  });
  const text = outputFiles[0].text;
  if (!checking) {
    writeFileSync(target, text);
    return false;
  }
  const differs = !existsSync(target) || readFileSync(target, "utf8") !== text;
  if (differs) console.error(`${target} is not what ${source} says.`);
  return differs;
}
