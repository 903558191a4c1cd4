/** Words that the Unicode names of variants add to a concept: gender and age, hair, colour, direction and size. */
const variantWords = [
  /\b(blond|red|curly|white) hair\b|\bbald\b|\bbeard\b/g,
  /\b(m[ae]n|wom[ae]n|persons?|people|boy|girl|child|adult|older|old|santa|mrs\.?|mx)(’s)?\b/g,
  /\b(light blue|red|orange|yellow|green|blue|purple|brown|black|gr[ae]y|white|pink)\b/g,
  /\b(facing|oncoming|backhand|up|down|left|right|leftwards|rightwards|clockwise|counterclockwise)\b/g,
  /\b(small|medium|large)\b/g,
] as const;

/** Names whose gender is not a separate word, each with the common name of the pair. */
const genderedNames: readonly (readonly [RegExp, string])[] = [
  [/\bmer(person|man|maid)\b/, "merperson"],
  [/\bprincess\b/, "prince"],
];

const hour = /^\w+( o’clock|-thirty)$/;

/**
 * The concept of an emoji, whichever its variant: "health worker" for "woman health worker", "heart" for "light blue heart", "clock face" for
 * "three o’clock". Rows are split by it, so that the test split has no variant of a concept that was trained on.
 */
export function conceptOf(label: string): string {
  const name = label.toLowerCase();
  if (hour.test(name)) return "clock face";
  const neutral = genderedNames.reduce((text, [gendered, common]) => text.replace(gendered, common), name);
  const bare = variantWords.reduce((text, words) => text.replace(words, " "), neutral);
  // Punctuation is removed, except for the signs of keycaps.
  return bare.replace(/[^\p{L}\p{N}#*]+/gu, " ").trim() || "person";
}
