import { process } from "./host/machine.ts";

/** Quotes a path or a value for a shell if it contains white space or special characters. */
export function shellWord(word: string, platform: NodeJS.Platform = process.platform): string {
  // A word that begins with a hyphen would be read as an option.
  const text = word.startsWith("-") ? `./${word}` : word;
  if (/^[\p{L}\p{N}_@%+=:,./-]+$/u.test(text)) return text;
  return platform === "win32" ? `"${text.replaceAll('"', '\\"')}"` : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
