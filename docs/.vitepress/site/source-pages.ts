import { readFileSync, readdirSync, statSync } from "node:fs";
import { extname, join, posix } from "node:path";
import { linksIn } from "./markdown-links.ts";

/** The path of the page that shows a file or a folder of the repository. VitePress would take `.html` for the ending of a page. */
export const sourcePath = (path: string): string => `source/${path.replace(/\.html$/u, "-html")}`;

/** Files whose text is shown, by the language that colours it. */
const languages: { readonly [extension: string]: string } = {
  ".mtl": "mtl",
  ".ts": "ts",
  ".py": "python",
  ".json": "json",
  ".jsonl": "json",
  ".yml": "yaml",
  ".csv": "csv",
  ".html": "html",
  "": "text",
};

/** Files and folders that pages link to but that are no pages, the files in these folders, and all specifications of `examples/`. */
export function shownSources(root: string, pages: readonly string[]): ReadonlySet<string> {
  const isPage = new Set(pages);
  const linked = pages
    .flatMap((page) => linksIn(page, readFileSync(join(root, page), "utf8")).map(({ path }) => path))
    .map((path) => path.replace(/\/$/u, ""))
    .filter((path) => !isPage.has(path) && !isPage.has(posix.join(path, "README.md")));
  const examples = readdirSync(join(root, "examples")).filter((name) => name.endsWith(".mtl"));
  const all = [...linked, ...examples.map((name) => `examples/${name}`)];
  return new Set(
    all
      .flatMap((path) => (isFolder(root, path) ? [path, ...filesIn(root, path)] : [path]))
      .filter((path) => isShown(root, path)),
  );
}

/** The text of the page that shows a file, or the files of a folder. */
export function sourcePage(root: string, path: string): string {
  const title = `# \`${path}\`\n\n`;
  if (isFolder(root, path))
    return (
      title +
      filesIn(root, path)
        .map((file) => `- [\`${posix.basename(file)}\`](/${sourcePath(file)}.md)\n`)
        .join("")
    );
  const text = readFileSync(join(root, path), "utf8").trimEnd();
  return `${title}\`\`\`\`${languages[extname(path)] ?? "text"}\n${text}\n\`\`\`\`\n`;
}

function filesIn(root: string, folder: string): readonly string[] {
  return readdirSync(join(root, folder))
    .map((name) => posix.join(folder, name))
    .filter((path) => !isFolder(root, path) && isShown(root, path))
    .toSorted();
}

const isFolder = (root: string, path: string): boolean => statSync(join(root, path)).isDirectory();
const isShown = (root: string, path: string): boolean =>
  isFolder(root, path) || (extname(path) in languages && statSync(join(root, path)).size < 200_000);
