import { shellWord } from "../../runtime/shell-words.ts";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { UserError } from "../../runtime/user-error.ts";
import { namesFromUnicode, type NameRow } from "../starter/names.ts";
import { starterSpecification } from "../starter/specification.ts";
import type { Verb } from "../verb.ts";

export const init: Verb = {
  name: "init",
  summary: "Write a first specification with data that it trains on at once.",
  examples: [["mtl init hello", "writes hello/names.mtl and hello/names.csv"]],
  configure: (command) => command.argument("[folder]", "output folder", "."),
  async run(session, [folder = "."]) {
    const target = resolve(session.io.cwd, folder);
    const specification = join(target, "names.mtl");
    const rows = namesFromUnicode();
    if (rows.length === 0) {
      throw new UserError(
        "engine",
        "This Node has no names in languages other than English.",
        "Use a Node with full ICU, as nodejs.org and most distributions have it.",
      );
    }
    writeNew(target, { "names.mtl": starterSpecification, "names.csv": toCsv(rows) });
    const path = relative(session.io.cwd, specification);
    session.print(`${path}\n${relative(session.io.cwd, join(target, "names.csv"))}\n`);
    session.note(`\n${rows.length} names in 12 languages. Next: mtl train ${shellWord(path)}`);
    return 0;
  },
};

/** Writes all of the files, or none if one of them already exists. */
function writeNew(folder: string, files: Readonly<Record<string, string>>): void {
  const taken = Object.keys(files).find((name) => existsSync(join(folder, name)));
  if (taken !== undefined)
    throw new UserError("usage", `"${join(folder, taken)}" already exists.`, "Name another folder: mtl init FOLDER.");
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { flag: "wx" });
}

function toCsv(rows: readonly NameRow[]): string {
  const columns = ["name", "language", "kind", "thing"] as const;
  const quote = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [columns.join(","), ...rows.map((row) => columns.map((column) => quote(row[column])).join(","))]
    .map((line) => `${line}\n`)
    .join("");
}
