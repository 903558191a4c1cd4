import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { prepareEmoji } from "../../examples/data/emoji.ts";
import type { NamedDrawing } from "../../examples/data/emoji-languages.ts";

const emoji = 20;

/** Writes some emoji of `m3p.mtl` into a folder, each with all of its drawings, since the name that is read of a new artist's drawing must be known. */
export async function prepareLittleNames(data: string, folder: string): Promise<void> {
  await prepareEmoji(data);
  const copy = join(folder, "data", "emoji");
  mkdirSync(copy, { recursive: true });
  const read = (table: string): readonly string[] => readFileSync(join(data, table), "utf8").trim().split("\n");
  const names = read("named.jsonl").map((line) => JSON.parse(line) as NamedDrawing);
  const kept = new Set(names.map(({ english }) => english).slice(0, 4 * emoji));
  const drawings = names.filter(({ english }) => kept.has(english));
  writeFileSync(join(copy, "named.jsonl"), drawings.map((row) => `${JSON.stringify(row)}\n`).join(""));
  for (const table of ["words.jsonl", "dictionary.jsonl"])
    writeFileSync(
      join(copy, table),
      read(table)
        .slice(0, 4 * emoji)
        .join("\n"),
    );
  for (const { drawing } of drawings) {
    mkdirSync(dirname(join(copy, drawing)), { recursive: true });
    cpSync(join(data, drawing), join(copy, drawing));
  }
}
