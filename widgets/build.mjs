/**
 * Bundles the browser half of each panel: lib/NAME/main.js becomes NAME.js, which anywidget loads as one module, and
 * lib/NAME/main.css, where a panel's styles are put together from several files, becomes NAME.css.
 *
 * `node build.mjs --check` writes nothing and fails when a bundle is not what its sources say.
 */
import { build } from "esbuild";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";

const checking = process.argv.includes("--check");
let stale = 0;

for (const name of readdirSync("lib").sort()) {
  const banner = `/* Built from widgets/lib/${name} by 'npm run build'; edit there.`;
  if (existsSync(`lib/${name}/main.js`)) {
    const credit = "Includes Preact (MIT License, (c) Jason Miller). */";
    await bundle(`lib/${name}/main.js`, `${name}.js`, { js: `${banner} ${credit}` });
  }
  if (existsSync(`lib/${name}/main.css`)) {
    await bundle(`lib/${name}/main.css`, `${name}.css`, { css: `${banner} */` });
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
