import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../runtime/host/package-root.ts";

const run = promisify(execFile);
const minutes = 60_000;

const env = { ...process.env, NO_COLOR: "1" };

/** The README tells users to install so: this folder does not have the `.npmrc` of the repository. */
const install = ["install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];

describe("the packed package, installed into an empty folder", () => {
  let folder = "";
  const mtl = (...args: readonly string[]) =>
    run(join(folder, "node_modules", ".bin", "mtl"), args, { cwd: folder, env });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "mtl-package-"));
    await run("npm", ["pack", "--pack-destination", folder, "--ignore-scripts"], { cwd: packageRoot() });
    const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
    await run("npm", ["init", "--yes"], { cwd: folder, env });
    await run("npm", [...install, `./${tarball}`], { cwd: folder, env });
  }, 5 * minutes);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test(
    "writes a first specification, trains it, and predicts from the run's folder",
    async () => {
      await mtl("init", "hello");
      const { stdout } = await mtl("train", "hello/names.mtl", "--steps", "20");
      expect(stdout).toMatch(/accuracy/);
      const [name = ""] = readdirSync(join(folder, "runs"));
      const model = join("runs", name, "model");
      expect(existsSync(join(folder, model, "model.safetensors"))).toBe(true);
      // The model's folder alone, without the data that it learnt from.
      await rm(join(folder, "hello"), { recursive: true });
      const predicted = await mtl("predict", model, "--input", "name=Deutschland");
      expect(JSON.parse(predicted.stdout.split("\n")[0] ?? "")).toBeTypeOf("object");
    },
    3 * minutes,
  );

  const trainOn = async (engine: string) => {
    const into = engine.replace(":", "-");
    if (!existsSync(join(folder, into))) await mtl("init", into);
    const { stderr } = await mtl("train", `${into}/names.mtl`, "--steps", "3", "--engine", engine, "--name", into);
    expect(stderr).toContain(engine);
  };

  test("trains on onnx:wasm where it is told to", () => trainOn("onnx:wasm"), 3 * minutes);

  test(
    "trains on tfjs:wasm once what its message names is installed",
    async () => {
      const refusal = await trainOn("tfjs:wasm").then(
        () => "",
        ({ stderr }: { readonly stderr: string }) => stderr,
      );
      const [, packages = ""] = /`npm install ([^`]+)`/.exec(refusal) ?? [];
      expect(packages).toContain("@tensorflow/tfjs-core");
      await run("npm", [...install, ...packages.split(" ")], {
        cwd: folder,
        env,
      });
      await trainOn("tfjs:wasm");
    },
    5 * minutes,
  );

  test("installs nothing that the sources are built with", async () => {
    const installed = readdirSync(join(folder, "node_modules"));
    expect(installed).not.toContain("typescript");
    expect(installed).not.toContain("vitest");
    expect(existsSync(join(folder, "node_modules", "mtl", "dist", "examples"))).toBe(false);
    const manifest = JSON.parse(await readFile(join(folder, "node_modules", "mtl", "package.json"), "utf8")) as {
      readonly optionalDependencies: object;
    };
    expect(Object.keys(manifest.optionalDependencies)).toEqual(["onnxruntime-node"]);
  });
});
