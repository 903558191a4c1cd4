import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { findingsIn } from "./plain-english.ts";
import { repositoryFiles } from "./repository-files.ts";

/** These are written by scripts, from texts that `plain-english.test.ts` reads, or define such words. */
const others = /^(?:test\/|bench\/|examples\/experiments\/|docs\/(?:reference|glossary)\.md|docs\/api-report\/)/;

/** Words that have their usual meaning in these lines. */
const usual = /of before and after|a place of your own|films\.(?:csv|jsonl)|A loss is a place/;

const root = packageRoot();
const pages = repositoryFiles(".md").filter((page) => !others.test(page));

test("pages use the words of the field", () => {
  const found = pages.flatMap((page) =>
    readFileSync(join(root, page), "utf8")
      .replaceAll(/^ *```[^]*?^ *```$/gm, (listing) => listing.replaceAll(/[^\n]/g, ""))
      .split("\n")
      .flatMap((text, index) =>
        usual.test(text)
          ? []
          : findingsIn({ line: index + 1, text })
              .filter(({ kind }) => kind === "word")
              .map(({ line, found: word }) => `${page}:${line}: ${word}`),
      ),
  );
  expect(pages.length).toBeGreaterThan(30);
  expect(found).toEqual([]);
});
