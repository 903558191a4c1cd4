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

/** The data sets of the examples by the names of their folders, each with what writes it into a folder. */
export const datasets: { readonly [name: string]: (folder: string) => Promise<void> } = {
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
