/**
 * Bundles the browser half of each panel: NAME/main.js becomes dist/NAME.js, which anywidget loads as one
 * module, and NAME/main.css becomes dist/NAME.css.
 *
 * `node build.mjs --check` writes nothing and fails when a bundle is not what its sources say.
 */
import { build } from "esbuild";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";

const checking = process.argv.includes("--check");
let stale = 0;
mkdirSync("dist", { recursive: true });

for (const name of readdirSync(".").sort()) {
  const banner = `/* Built from widgets/${name} by 'npm run build'; edit there.`;
  if (existsSync(`${name}/main.js`)) {
    const credit = "Includes Preact (MIT License, (c) Jason Miller). */";
    await bundle(`${name}/main.js`, `dist/${name}.js`, { js: `${banner} ${credit}` });
  }
  if (existsSync(`${name}/main.css`)) {
    await bundle(`${name}/main.css`, `dist/${name}.css`, { css: `${banner} */` });
  }
}
if (stale) {
  console.error("Run 'npm run build' in widgets/ and commit the result.");
  process.exit(1);
}

/**
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
    legalComments: "inline",
    // Paths in the output are then the same wherever the packages lie.
    preserveSymlinks: true,
    banner,
  });
  const text = outputFiles[0].text;
  if (!checking) {
    writeFileSync(target, text);
  } else if (!existsSync(target) || readFileSync(target, "utf8") !== text) {
    console.error(`${target} is not what ${source} says.`);
    stale += 1;
  }
}
