import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { mtl } from "../cli/run.ts";
import { listingsOf } from "../docs/listings.ts";

const start = join(packageRoot(), "docs/start");
const guides = {
  csv: { specification: "plants.mtl", column: "species.class", ids: ["p1", "p2", "p3", "p4", "p5"] },
  pictures: { specification: "shapes.mtl", column: "shape.class", ids: [] },
  "json-lines": { specification: "items.mtl", column: "price.value", ids: ["n1", "n2", "n3", "n4"] },
} as const;

interface Results {
  readonly values: readonly {
    readonly name: string;
    readonly value: number;
    readonly baseline?: number;
    readonly floor?: number;
  }[];
}

const copies: string[] = [];
afterAll(() => copies.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

describe.each(Object.entries(guides))("docs/start/%s.md", (name, { specification, column, ids }) => {
  const page = readFileSync(join(start, `${name}.md`), "utf8");
  const listings = listingsOf(page);

  test("shows the specification that is in its folder", () => {
    const shown = listings.find(({ language }) => language === "mtl")?.text;
    expect(shown).toBe(readFileSync(join(start, name, specification), "utf8"));
  });

  test("goes from data to predictions by its five commands, and beats the baseline", async () => {
    const commands =
      listings
        .find(({ language }) => language === "sh")
        ?.text.trim()
        .split("\n") ?? [];
    expect(commands).toHaveLength(5);
    const cwd = mkdtempSync(join(tmpdir(), `mtl-${basename(name)}-`));
    copies.push(cwd);
    cpSync(join(start, name), cwd, { recursive: true });
    for (const command of commands) {
      const [program, ...argv] = command.split(" ");
      expect(program).toBe("mtl");
      const { code, stderr } = await mtl(argv, { cwd });
      expect(code, `${command}\n${stderr}`).toBe(0);
    }
    const [header = "", ...rows] = readFileSync(join(cwd, "predicted.csv"), "utf8").trim().split(/\r?\n/);
    expect(header.split(",")).toContain(column);
    expect(ids.filter((id) => !rows.some((row) => row.startsWith(`${id},`)))).toEqual([]);
    expect(rows.length).toBeGreaterThanOrEqual(3);
    const [run = ""] = commands.flatMap((command) => /runs\/[\w-]+/.exec(command) ?? []);
    const { values } = JSON.parse(readFileSync(join(cwd, run, "eval/test.json"), "utf8")) as Results;
    const accuracies = values.filter(({ name: metric }) => metric === "accuracy");
    expect(accuracies).toHaveLength(1);
    for (const { value, baseline, floor = baseline ?? 1 } of accuracies) expect(value).toBeGreaterThan(floor + 0.2);
  });
});
