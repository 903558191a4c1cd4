import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { compileToFolder, graphKinds } from "../../runtime/index.ts";
import { writeSmallModel } from "../trainer/small-model.ts";

const page = readFileSync(join(packageRoot(), "docs/compile.md"), "utf8");
const root = mkdtempSync(join(tmpdir(), "mtl-docs-"));
afterAll(() => rm(root, { recursive: true, force: true }));

test("the program of the page trains by the manifest: the loss falls from step to step", async () => {
  const folder = join(root, "compiled");
  await compileToFolder(folder, { source: writeSmallModel(root) });
  const program = [...page.matchAll(/^```js run\n([^]*?)^```$/gm)].map(([, text = ""]) => text).join("");
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "-e", program, folder, "strength"],
    { cwd: packageRoot() },
  );
  const losses = [...stdout.matchAll(/loss (\S+)/g)].map(([, loss]) => Number(loss));
  expect(losses).toHaveLength(5);
  losses.slice(1).forEach((loss, index) => expect(loss).toBeLessThan(losses[index] ?? Number.NaN));
});

test("the page names every graph and every source of an input", () => {
  for (const kind of graphKinds) expect(page).toContain(`TASK/${kind}`);
  const schema = JSON.parse(readFileSync(join(packageRoot(), "docs/schemas/compiled.json"), "utf8")) as {
    $defs: { input: { properties: { source: { oneOf: { properties: { kind: { const: string } } }[] } } } };
  };
  for (const { properties } of schema.$defs.input.properties.source.oneOf)
    expect(page).toContain(`\n| \`${properties.kind.const}\` |`);
});
