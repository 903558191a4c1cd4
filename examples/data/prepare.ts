import { argv } from "node:process";
import { datasets } from "./datasets.ts";

// `npm run quickstart` and `npm run data` run this before training: node prepare.js FOLDER. The folder's name selects the data set.

const [, , ...folders] = argv;
if (folders.length === 0)
  throw new Error(
    `Name the folders to write data sets to. The last part of each is one of ${Object.keys(datasets).join(", ")}`,
  );
for (const folder of folders) {
  const prepare = datasets[folder.split(/[/\\]/u).at(-1) ?? ""];
  if (!prepare) throw new Error(`"${folder}" ends in none of ${Object.keys(datasets).join(", ")}`);
  await prepare(folder);
}
