// Writes the standard library, the .mtl files of this folder, into a module, so that the compiler reads no file.
// `npm run prelude` writes it; `npm run prelude -- --check` fails where it is out of date.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL("./", import.meta.url);
const generated = fileURLToPath(new URL("texts.ts", folder));

const entries = readdirSync(folder)
  .filter((name) => name.endsWith(".mtl"))
  .toSorted()
  .map((name) => [name, readFileSync(new URL(name, folder), "utf8").replaceAll("\r\n", "\n")])
  .map(([name, text]) => `  [${JSON.stringify(name)}, ${JSON.stringify(text)}],\n`);
const module = `// Generated from the .mtl files beside it by \`npm run prelude\`; do not edit.
export const texts: readonly (readonly [name: string, text: string])[] = [
${entries.join("")}];
`;

if (!process.argv.includes("--check")) writeFileSync(generated, module);
else if (readFileSync(generated, "utf8").replaceAll("\r\n", "\n") !== module) {
  process.stderr.write("compiler/prelude/texts.ts is out of date: npm run prelude\n");
  process.exitCode = 1;
}
