import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { expectCurrent } from "../schema/golden-file.ts";
import { readApi, renderApi } from "./api-report.ts";

const folder = mkdtempSync(join(tmpdir(), "mtl-declarations-"));
beforeAll(async () => {
  const tsc = join(packageRoot(), "node_modules/typescript/bin/tsc");
  const options = ["-p", "tsconfig.build.json", "--emitDeclarationOnly", "--outDir", folder];
  await promisify(execFile)(process.execPath, [tsc, ...options], { cwd: packageRoot() });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([
  { specifier: "mtl", entry: "runtime/index.d.ts", page: "docs/api-report/mtl.md" },
  { specifier: "mtl/browser", entry: "runtime/browser/index.d.ts", page: "docs/api-report/mtl-browser.md" },
  { specifier: "mtl/compiler", entry: "compiler/index.d.ts", page: "docs/api-report/mtl-compiler.md" },
  {
    specifier: "mtl/language-service",
    entry: "language-server/service/index.d.ts",
    page: "docs/api-report/mtl-language-service.md",
  },
  {
    specifier: "mtl/compiler/node",
    entry: "runtime/files/node-host.d.ts",
    page: "docs/api-report/mtl-compiler-node.md",
  },
])(
  "the report of $specifier is current, and every function in it is documented",
  async ({ specifier, entry, page }) => {
    const api = readApi(folder, entry);
    expectCurrent(page, await renderApi(specifier, api));
    expect(api.undocumented).toEqual([]);
    // A cache in a public type would be written to by whoever reads it.
    expect([...api.declarations].filter(([, text]) => /[^y]: (?:Map|Set)</u.test(text)).map(([name]) => name)).toEqual(
      [],
    );
  },
);
