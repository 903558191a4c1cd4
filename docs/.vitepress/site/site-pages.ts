import { readdirSync } from "node:fs";
import { join, posix } from "node:path";

/** The names of folders without pages: what others wrote, what is generated, and tests. */
const withoutPages = ["node_modules", "dist", "runs", "coverage", "test"];

/** The same as patterns, for VitePress. */
export const excludedPages: string[] = withoutPages.map((name) => `**/${name}/**`);

/** The Markdown files that are pages of the site. Folders that begin with a dot have none. */
export function sitePages(root: string, folder = ""): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isFile()) return path.endsWith(".md") && !path.includes("[") ? [path] : [];
    const hasPages = entry.isDirectory() && !entry.name.startsWith(".") && !withoutPages.includes(entry.name);
    return hasPages ? sitePages(root, path) : [];
  });
}
