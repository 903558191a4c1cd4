import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../runtime/host/package-root.ts";
import type { Section } from "./section.ts";

const path = join(packageRoot(), "bench", "README.md");

const head = `# Benchmarks

\`npm run bench\` measures all sections of this page and writes it; \`npm run bench -- pytorch memory\` measures only these two. Systems that are not installed are skipped.

The model is a transformer classifier of text, written in the language (\`bench/size.ts\`): **middle** has 4 layers, width 128, 4 heads, a feed-forward of 512, 64 tokens, a vocabulary of 1,000, batch 32;
**small** has 2 layers, width 32 and batch 4; **wide** is middle with width 256. A step consists of the forward pass, the backward pass and Adam's update. The repetitions of all systems alternate in one run.
`;

const mark = ({ name }: Section) => ({ begin: `<!-- ${name} -->`, end: `<!-- end of ${name} -->` });

/** Writes the page with new texts of the sections that were run. The others keep their text. */
export function writePage(sections: readonly Section[], texts: ReadonlyMap<string, string>): void {
  const old = readPage();
  const parts = sections.map((section) => {
    const { begin, end } = mark(section);
    const [from, to] = [old.indexOf(begin), old.indexOf(end)];
    const kept =
      from >= 0 && to > from ? old.slice(from + begin.length, to).trim() : `## ${section.title}\n\nNot measured yet.`;
    const text = texts.get(section.name);
    return `${begin}\n${text === undefined ? kept : `## ${section.title}\n\n${text}`}\n${end}\n`;
  });
  writeFileSync(path, [head, ...parts].join("\n"));
}

function readPage(): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
