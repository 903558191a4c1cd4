import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { EngineUnavailable, PackageNotInstalled } from "../../runtime/engines/engine-errors.ts";
import { probeTensorflow } from "../../runtime/engines/probe-tensorflow.ts";

const folder = mkdtempSync(join(tmpdir(), "mtl-probe-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Probes a package that consists of this program. */
function probe(program: string) {
  const specifier = join(folder, `package-${Math.random()}.js`);
  writeFileSync(specifier, program);
  return probeTensorflow({ engine: "tfjs:node", specifier, help: "Help." });
}

describe("a build of TensorFlow is tried in a process of its own", () => {
  it("tells its version and device", async () => {
    const works =
      "console.log('a banner'); exports.backend = () => ({ binding: { TF_Version: '2.9.1' }, isUsingGpuDevice: true });";
    expect(await probe(works)).toEqual({ version: "2.9.1", device: "gpu" });
  });

  it("is unavailable where it throws, and says so in its words", async () => {
    const broken = probe(
      "throw new Error('The Node.js native addon module can not be found. \\nPlease run a command');",
    );
    await expect(broken).rejects.toThrow(EngineUnavailable);
    await expect(broken).rejects.toMatchObject({
      reason: expect.stringContaining("(The Node.js native addon module can not be found.)"),
      help: "Help.",
    });
  });

  it.skipIf(process.platform === "win32")("is unavailable where it ends its process, which is not ours", async () => {
    await expect(probe("process.kill(process.pid, 'SIGILL'); setTimeout(() => {}, 10_000);")).rejects.toThrow(
      "its process ended with SIGILL",
    );
  });

  it("is not installed where there is none", async () => {
    await expect(
      probeTensorflow({ engine: "tfjs:node", specifier: "@tensorflow/no-such-package", help: "Help." }),
    ).rejects.toThrow(PackageNotInstalled);
  });
});
