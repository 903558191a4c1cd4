import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";

/** Copies the page of `npm run playground:build` into the site, where listings link to it. */
export function takePlayground(root: string, site: string): void {
  const built = join(root, "dist/playground");
  if (!existsSync(join(built, "index.html")))
    throw new Error(`The site links to the playground, which is not in ${built}: npm run playground:build`);
  cpSync(built, join(site, "playground"), { recursive: true });
}
