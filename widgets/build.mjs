/** Bundles the browser half of each panel: lib/NAME/main.js becomes NAME.js, which anywidget loads as one module. */
import { build } from "esbuild";
import { existsSync, readdirSync } from "node:fs";

const panels = readdirSync("lib").filter((name) => existsSync(`lib/${name}/main.js`));
await Promise.all(
  panels.map((name) =>
    build({
      entryPoints: [`lib/${name}/main.js`],
      outfile: `${name}.js`,
      bundle: true,
      format: "esm",
      target: "es2022",
      charset: "utf8",
      legalComments: "inline",
      // Paths in the output are then the same wherever the packages lie.
      preserveSymlinks: true,
      banner: {
        js: `/* Built from widgets/lib/${name} by 'npm run build'; edit there. Includes Preact (MIT License, (c) Jason Miller). */`,
      },
    }),
  ),
);
