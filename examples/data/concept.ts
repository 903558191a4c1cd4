/** What the Unicode names of variants add: gender and age, hair, colour, direction and size. */
const variantWords = [
  /\b(blond|red|curly|white) hair\b|\bbald\b|\bbeard\b/g,
  /\b(m[ae]n|wom[ae]n|persons?|people|boy|girl|child|adult|older|old|santa|mrs\.?|mx)(’s)?\b/g,
  /\b(light blue|red|orange|yellow|green|blue|purple|brown|black|gr[ae]y|white|pink)\b/g,
  /\b(facing|oncoming|backhand|up|down|left|right|leftwards|rightwards|clockwise|counterclockwise)\b/g,
  /\b(small|medium|large)\b/g,
] as const;

/** Pairs whose gender is not a word of its own. */
const genderedNames: readonly (readonly [RegExp, string])[] = [
  [/\bmer(person|man|maid)\b/, "merperson"],
  [/\bprincess\b/, "prince"],
];

const hour = /^\w+( o’clock|-thirty)$/;

/**
 * What an emoji is, apart from which variant of it: "health worker" of "woman health worker", "heart" of "light blue heart", "clock face" of
 * "three o’clock". Split by it, no variant of what a model was trained on is in the test.
 */
export function conceptOf(label: string): string {
  const name = label.toLowerCase();
  if (hour.test(name)) return "clock face";
  const neutral = genderedNames.reduce((text, [gendered, common]) => text.replace(gendered, common), name);
  const bare = variantWords.reduce((text, words) => text.replace(words, " "), neutral);
  // Punctuation goes, save for the signs of keycaps.
  return bare.replace(/[^\p{L}\p{N}#*]+/gu, " ").trim() || "person";
}
