import { process } from "./host/machine.ts";

/** A path or a value as a shell takes it for one word: as it is, or in quotes where it has blanks or signs that mean something there. */
export function shellWord(word: string, platform: NodeJS.Platform = process.platform): string {
  // What begins with a hyphen would be an option.
  const text = word.startsWith("-") ? `./${word}` : word;
  if (/^[\p{L}\p{N}_@%+=:,./-]+$/u.test(text)) return text;
  return platform === "win32" ? `"${text.replaceAll('"', '\\"')}"` : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
