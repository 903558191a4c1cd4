import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../runtime/host/package-root.ts";

const root = packageRoot();

interface Packed {
  readonly files: readonly { readonly path: string }[];
}

const [{ files } = { files: [] }] = JSON.parse(
  execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: root,
    encoding: "utf8",
    shell: process.platform === "win32",
    stdio: ["ignore", "pipe", "ignore"],
  }),
) as readonly Packed[];
const packed = new Set(files.map(({ path }) => path));

/** Pages that a user of the package reads; those for contributors and decisions may point into the repository. */
const pages = [...packed].filter((path) => path === "README.md" || /^docs\/(?:start\/)?[\w-]+\.md$/.test(path));

test("what the README and the pages for users show and link to is in the package", () => {
  expect(pages.length).toBeGreaterThan(10);
  const missing = pages.flatMap((page) => {
    const text = readFileSync(join(root, page), "utf8").replaceAll(/^ *```[^]*?^ *```$/gm, "");
    const targets = [...text.matchAll(/(?:\]\(|src=")(?!https?:)([^)#"\s]+)/g)].map(([, path = ""]) =>
      posix.join(dirname(page), path).replace(/\/$/, ""),
    );
    const isThere = (target: string): boolean =>
      packed.has(target) || [...packed].some((path) => path.startsWith(`${target}/`));
    return targets.filter((target) => !isThere(target)).map((target) => `${page}: ${target}`);
  });
  expect(missing).toEqual([]);
});

test("the package has the examples to start with, and no run, test or site", () => {
  expect(packed).toContain("docs/start/csv/plants.csv");
  const others = /(?:^|\/)(?:runs|test|node_modules|\.vitepress)\/|^dist\/(?:site|playground)\/|^docs\/source\//;
  expect([...packed].filter((path) => others.test(path))).toEqual([]);
});
