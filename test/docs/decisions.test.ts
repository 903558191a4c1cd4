import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../runtime/host/package-root.ts";

const folder = join(packageRoot(), "docs/decisions");
const index = join(folder, "README.md");

/** A row for each numbered page, with what its status line says. */
function tableOfNumbered(): string {
  const rows = readdirSync(folder)
    .filter((name) => /^\d{4}-.*\.md$/.test(name))
    .toSorted()
    .map((name) => {
      const text = readFileSync(join(folder, name), "utf8");
      const [, title = name] = /^# (?:\d{4}:? )?(.*)$/m.exec(text) ?? [];
      const [, date = "", status = ""] = /^\*Decided (\d{4}-\d\d-\d\d)\. (.*?)\.?\*$/m.exec(text) ?? [];
      return `| ${name.slice(0, 4)} | [${title}](${name}) | ${date} | ${status} |\n`;
    });
  return `| number | decision | decided | status |\n| --- | --- | --- | --- |\n${rows.join("")}`;
}

test("the index of decisions has every page", () => {
  const before = readFileSync(index, "utf8");
  const current = before.replace(/(?<=<!-- decisions -->\n)[^]*?(?=<!-- \/decisions -->)/u, () => tableOfNumbered());
  if (process.env["UPDATE"] === "1") writeFileSync(index, current);
  const text = readFileSync(index, "utf8");
  expect(text).toBe(current);
  const pages = readdirSync(folder).filter((name) => name !== "README.md");
  expect(pages.filter((name) => !text.includes(`](${name})`))).toEqual([]);
});

test("every section of a subject page says when it was decided and whether it holds", () => {
  const subjects = readdirSync(folder).filter((name) => /^[a-z-]+\.md$/.test(name));
  const without = subjects.flatMap((name) =>
    readFileSync(join(folder, name), "utf8")
      .split(/^## /m)
      .slice(1)
      .filter((section) => !/^[^\n]+\n\n\*Decided \d{4}-\d\d-\d\d\. (?:Holds|Superseded by |Changed )/.test(section))
      .map((section) => `${name}: ${section.split("\n")[0] ?? ""}`),
  );
  expect(subjects.length).toBeGreaterThan(10);
  expect(without).toEqual([]);
});
