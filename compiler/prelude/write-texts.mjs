// Writes the standard library, the .mtl files of this folder, and the maps of foreign weights, the .json files of weight-maps/, into two modules,
// so that the compiler reads no file. `npm run prelude` writes them; `npm run prelude -- --check` fails where one is out of date.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL("./", import.meta.url);
const notice = "by `npm run prelude`; do not edit.";

/** Names and texts of the files of a folder whose names have an ending, in the order of their names. */
function textsIn(place, ending) {
  return readdirSync(place)
    .filter((name) => name.endsWith(ending))
    .toSorted()
    .map((name) => [name, readFileSync(new URL(name, place), "utf8").replaceAll("\r\n", "\n")]);
}

const texts = textsIn(folder, ".mtl").map((entry) => `  [${entry.map((each) => JSON.stringify(each)).join(", ")}],\n`);
const maps = textsIn(new URL("weight-maps/", folder), ".json").map(
  ([name, text]) => `  ${JSON.stringify(name.slice(0, -".json".length))}: ${JSON.stringify(JSON.parse(text))},\n`,
);
const modules = {
  "texts.ts": `// Generated from the .mtl files beside it ${notice}
export const texts: readonly (readonly [name: string, text: string])[] = [
${texts.join("")}];
`,
  "weight-maps.ts": `// Generated from the .json files of weight-maps/ ${notice}
import type { WrittenWeightMap } from "./written-weight-map.ts";

export const weightMaps: { readonly [name: string]: WrittenWeightMap } = {
${maps.join("")}};
`,
};

for (const [name, module] of Object.entries(modules)) {
  const generated = fileURLToPath(new URL(name, folder));
  if (!process.argv.includes("--check")) writeFileSync(generated, module);
  else if (readFileSync(generated, "utf8").replaceAll("\r\n", "\n") !== module) {
    process.stderr.write(`compiler/prelude/${name} is out of date: npm run prelude\n`);
    process.exitCode = 1;
  }
}
