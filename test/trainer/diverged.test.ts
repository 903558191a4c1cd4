import { writeFileSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { train } from "../../runtime/run/train.ts";
import { specification, writeSmallModel } from "./small-model.ts";

/** Trains the small model with one piece of its text replaced; gives the failure. */
async function failureOf(
  replaced: string,
  by: string,
  stage?: string,
): Promise<{ readonly message: string; readonly text: string; readonly entry: string }> {
  const folder = await mkdtemp(join(tmpdir(), "mtl-diverged-"));
  const entry = writeSmallModel(folder);
  const text = specification(stage).replace(replaced, by);
  writeFileSync(entry, text);
  const failure: unknown = await train({
    specification: entry,
    runs: join(folder, "runs"),
    engine: "onnx",
    threads: 1,
  }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: "UserError", kind: "diverged" });
  expect(await readFile(join(folder, "runs", "colours-0001", "log.txt"), "utf8")).toContain((failure as Error).message);
  return { message: (failure as Error).message, text, entry };
}

/** The line and column of `part`, as an editor shows them. */
function placeOf(part: string, text: string): string {
  const before = text.slice(0, text.indexOf(part)).split("\n");
  return `${before.length}:${(before.at(-1) ?? "").length + 1}`;
}

test("a loss that is not a number names the operation, its place in the specification and the row", async () => {
  const { message, text } = await failureOf("head: linear(1)", "head: linear(1) -> log");
  expect(message).toMatch(
    /loss of task strength became NaN at step \d+ of stage fit\. The first value that is not finite is NaN, of log in /,
  );
  expect(message).toContain(`colours.mtl:${placeOf("linear(1) -> log", text)})`);
  expect(message).toMatch(/in row .*samples.*\d+/);
});

test("weights that an update broke are named, with the place of the one nearest to the loss", async () => {
  const { message, text } = await failureOf("adamw(rate: 1e-2)", "sgd(rate: 1e39)");
  const [, path = "", line = ""] =
    /The update before it had left \d+ of \d+ weights not finite; nearest to the loss is ([\w.]+) \(.*colours\.mtl:(\d+):\d+\)/.exec(
      message,
    ) ?? [];
  const declaration = path.startsWith("task.") ? `task ${path.split(".")[1]} ` : `stream ${path.split(".")[0]} `;
  expect(text.split("\n")[Number(line) - 1]?.startsWith(declaration)).toBe(true);
});
