import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build } from "../built.ts";
import { exitCodes } from "../../runtime/user-error.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";

let dist = "";

function built(argv: readonly string[], input = ""): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(dist, "cli", "main.js"), ...argv], { encoding: "utf8", input });
}

beforeAll(() => {
  dist = build("cli-test-dist");
});

test("the built command finds its manifest, its prelude and its pages", () => {
  expect(built(["version"]).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(built(["explain", "MTL2002"]).stdout).toContain("unknown_name");
  expect(built(["check", join(packageRoot(), "examples", "mbt.mtl")])).toMatchObject({ status: 0, stdout: "" });
});

test("the process ends with the command's exit code", () => {
  expect(built(["chekc"]).status).toBe(exitCodes.usage);
});

/** A module that ends the process at any connection or look-up of a host name. */
const refusingConnections = `data:text/javascript,${encodeURIComponent('import net from "node:net"; import dns from "node:dns"; const refuse = () => { process.exit(99); }; net.Socket.prototype.connect = refuse; dns.lookup = refuse;')}`;

describe("telemetry of ONNX Runtime's native library", () => {
  const folder = mkdtempSync(join(tmpdir(), "mtl-telemetry-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Trains, and lists the files that are then in the user's home and in the folder for temporary files. */
  function leftBy(name: string, telemetry: NodeJS.ProcessEnv): readonly string[] {
    const work = join(folder, name);
    cpSync(join(packageRoot(), "test", "old-runs", "mixed"), work, { recursive: true });
    const [home, temporary] = [join(work, "home"), join(work, "temporary")];
    for (const each of [home, temporary]) mkdirSync(each);
    // The library also sends no events if `CI` or a similar variable is set, so the environment of the test is not
    // inherited.
    const { PATH, SystemRoot } = process.env;
    const train = [
      "--import",
      refusingConnections,
      join(dist, "cli", "main.js"),
      "train",
      "model.mtl",
      "--engine",
      "onnx:native",
      "--threads",
      "1",
    ];
    const { status } = spawnSync(process.execPath, train, {
      cwd: work,
      env: { PATH, SystemRoot, HOME: home, LOCALAPPDATA: home, TMPDIR: temporary, TEMP: temporary, ...telemetry },
    });
    expect(status).toBe(0);
    return [home, temporary].flatMap((each) => readdirSync(each));
  }

  test("a training queues no events, writes no file outside its run and makes no request", () => {
    expect(leftBy("off", {})).toEqual([]);
  });

  test.runIf(process.platform === "linux")("is on if the user requests it, so that the test above can fail", () => {
    expect(leftBy("on", { ORT_DISABLE_TELEMETRY: "0" })).not.toEqual([]);
  });

  test("cannot be turned off from within a worker thread, where the native engine is therefore refused", async () => {
    const engines = pathToFileURL(join(dist, "runtime", "engines", "open-engine.js")).href;
    const code = `import(${JSON.stringify(engines)}).then(({ openEngine }) => openEngine({ engine: "onnx:native", threads: 1 })).then(() => "opened", ({ message }) => message).then((told) => require("node:worker_threads").parentPort.postMessage(told))`;
    const { ORT_DISABLE_TELEMETRY: _, ...env } = process.env;
    const worker = new Worker(code, { eval: true, env });
    const told = await new Promise((resolve) => worker.once("message", resolve));
    await worker.terminate();
    expect(told).toContain("would send telemetry");
  });
});

describe.runIf(process.platform === "linux")("a training whose output goes nowhere", () => {
  const folder = mkdtempSync(join(tmpdir(), "mtl-streams-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ["a reader that has gone", "| true", 0],
    ["a full disk for its messages", "> out.txt 2> /dev/full", 0],
    ["a full disk for its results", "> /dev/full 2> err.txt", exitCodes.run_failed],
  ])("ends its run with %s", (name, redirection, code) => {
    const work = join(folder, name);
    cpSync(join(packageRoot(), "test", "old-runs", "mixed"), work, { recursive: true });
    const command = `set -o pipefail; '${process.execPath}' '${join(dist, "cli", "main.js")}' train model.mtl --steps 3 --name told ${redirection}`;
    expect(spawnSync("bash", ["-c", command], { cwd: work, stdio: "ignore" }).status).toBe(code);
    for (const file of ["report.html", "model/model.safetensors"])
      expect(existsSync(join(work, "runs", "told-0001", file)), file).toBe(true);
  });
});
