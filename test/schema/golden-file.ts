import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { packageRoot } from "../../runtime/host/package-root.ts";

/** Holds that a generated file is current; `UPDATE=1` writes it anew. */
export function expectCurrent(path: string, generated: string): void {
  const file = join(packageRoot(), path);
  if (process.env["UPDATE"] === "1") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, generated);
  }
  expect(readFileSync(file, "utf8"), `${path} is out of date: UPDATE=1 npx vitest run test/schema`).toBe(generated);
}
