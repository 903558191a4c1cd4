import { cpSync, existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { env } from "node:process";

/** Copies the page of `npm run playground:build`, or the one that `PLAYGROUND` names, into the site, where listings link to it. */
export function takePlayground(root: string, site: string): void {
  const built = resolve(root, env["PLAYGROUND"] ?? "dist/playground");
  if (!existsSync(join(built, "index.html")))
    throw new Error(`The site links to the playground, which is not in ${built}: npm run playground:build`);
  cpSync(built, join(site, "playground"), { recursive: true });
}
