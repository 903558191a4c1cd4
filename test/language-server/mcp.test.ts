import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveMcp } from "../../language-server/mcp/serve-mcp.ts";
import { tools } from "../../language-server/mcp/tools/index.ts";
import { specification } from "./files.ts";

const folder = mkdtempSync(join(tmpdir(), "mtl-mcp-"));
const sound = specification("stream s = words -> embed(8)");
const client = new Client({ name: "test", version: "1" });
let served: Promise<void>;

interface Answer {
  readonly isError?: boolean;
  readonly text: string;
}

async function ask(name: string, input: Readonly<Record<string, unknown>>): Promise<Answer> {
  const { content, isError } = await client.callTool({ name, arguments: input });
  const [first] = content as readonly { readonly text: string }[];
  return { text: first?.text ?? "", ...(isError === true ? { isError } : {}) };
}

const json = async (name: string, input: Readonly<Record<string, unknown>>): Promise<unknown> =>
  JSON.parse((await ask(name, input)).text) as unknown;

beforeAll(async () => {
  writeFileSync(join(folder, "m.mtl"), sound);
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  served = serveMcp(ours, folder);
  await client.connect(theirs);
});

afterAll(async () => {
  await client.close();
  await served;
});

test("every tool is listed with its input", async () => {
  const listed = (await client.listTools()).tools;
  expect(listed.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
  expect(listed.find(({ name }) => name === "smoke")?.inputSchema.properties).toHaveProperty("steps");
});

describe("a tool answers", () => {
  test("check: the mistakes of a text, with their places", async () => {
    expect(await json("check", { file: "m.mtl" })).toMatchObject({ verdict: "ok", diagnostics: [] });
    expect(await json("check", { text: sound.replace("words ->", "word ->") })).toMatchObject({
      verdict: "errors",
      diagnostics: [{ code: "MTL2002", start: { line: 3, column: 12 } }],
    });
    expect(await json("check", { file: "m.mtl", set: { depth: "3" } })).toMatchObject({ verdict: "errors" });
  });

  test("fix: the text with what is certain", async () => {
    const fixed = await json("fix", { text: sound.replace("embed", "embd") });
    expect(fixed).toMatchObject({ text: sound, verdict: "ok", diagnostics: [] });
  });

  test("format, shapes, expand and draw: texts", async () => {
    expect((await ask("format", { text: "model   m" })).text).toBe("model m\n");
    expect((await ask("shapes", { file: "m.mtl" })).text).toContain("// tokens[12 × 8]");
    expect((await ask("expand", { file: "m.mtl" })).text).toContain("bad_rows");
    expect((await ask("draw", { file: "m.mtl" })).text).toContain("flowchart");
  });

  test("cost: numbers", async () => {
    expect(await json("cost", { file: "m.mtl" })).toMatchObject({ parameters: expect.any(Number) });
  });

  test("list and explain: what there is", async () => {
    expect(JSON.stringify(await json("list", { of: "blocks" }))).toContain("block bottleneck(");
    expect(await json("list", { of: "families" })).toMatchObject({ optimizer: expect.arrayContaining(["adamw"]) });
    expect((await ask("explain", { name: "MTL4002" })).text).toContain("shape_mismatch");
    expect(await ask("explain", { name: "botleneck" })).toMatchObject({
      isError: true,
      text: expect.stringContaining('Did you mean "bottleneck"?'),
    });
  });

  test("complete: what can be written at a position", async () => {
    const text = sound.replace("embed(8)", "em");
    const items = await json("complete", { text, line: 3, column: 22 });
    expect(items).toEqual(expect.arrayContaining([expect.objectContaining({ label: "embed", kind: "block" })]));
  });

  test("smoke: losses of a few steps, and runs: none", async () => {
    expect(await json("smoke", { file: "m.mtl", steps: 2 })).toMatchObject([
      { stage: "fit", tasks: [{ task: "t", losses: [expect.any(Number), expect.any(Number)] }], untrained: [] },
    ]);
    expect(await ask("runs", {})).toMatchObject({ isError: true, text: expect.stringContaining("no runs") });
  });
});

test("what an agent does wrong is an answer, not a failure of the protocol", async () => {
  expect(await ask("check", {})).toMatchObject({
    isError: true,
    text: expect.stringContaining("neither a file nor a text"),
  });
  expect(await ask("cost", { text: "task" })).toMatchObject({
    isError: true,
    text: expect.stringContaining("MTL1004"),
  });
  expect(await ask("check", { file: "missing.mtl" })).toMatchObject({ isError: true });
  expect(await ask("smoke", { file: "m.mtl", steps: 1000 })).toMatchObject({ isError: true });
});
