import { argv } from "node:process";
import { prepareBirdstrikes } from "./birdstrikes.ts";
import { prepareBrown } from "./brown-passages.ts";
import { prepareCanvases } from "./canvases.ts";
import { prepareCorrelated } from "./correlated.ts";
import { prepareDefinitions } from "./definitions.ts";
import { prepareDigits } from "./digits.ts";
import { prepareEmoji } from "./emoji.ts";
import { prepareEnglish } from "./english.ts";
import { prepareOmninet } from "./omninet.ts";
import { preparePronunciations } from "./pronunciations.ts";
import { prepareNumbers } from "./numbers.ts";
import { prepareLanguages } from "./languages.ts";
import { prepareScenes } from "./scenes.ts";
import { prepareTexts } from "./texts.ts";
import { prepareUneven } from "./uneven.ts";

// `npm run quickstart` and `npm run data` run this before training: node prepare.js FOLDER. The folder's name selects the data set.

const datasets: { readonly [name: string]: (folder: string) => Promise<void> } = {
  birdstrikes: prepareBirdstrikes,
  brown: prepareBrown,
  canvases: prepareCanvases,
  correlated: prepareCorrelated,
  definitions: prepareDefinitions,
  digits: prepareDigits,
  emoji: prepareEmoji,
  english: prepareEnglish,
  omninet: prepareOmninet,
  pronunciations: preparePronunciations,
  languages: prepareLanguages,
  scenes: prepareScenes,
  numbers: prepareNumbers,
  texts: prepareTexts,
  uneven: prepareUneven,
};

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
