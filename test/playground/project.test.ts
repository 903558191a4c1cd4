import { expect, test } from "vitest";
import { Rounds } from "../../playground/service/rounds.ts";
import type { ServiceEvent } from "../../playground/service/protocol.ts";
import { PageWorkspace } from "../../playground/service/service.ts";
import { mainOf, withGiven } from "../../playground/state/project.ts";
import { coloursWith } from "./colours.ts";

const model = `import { seen_width } from "blocks.mtl"\nmodel sides\n`;
const blocks = "param seen_width: int in 1..64 = 8\n";

test("the specification that is trained is the one that no other imports, with a model if there is one", () => {
  expect(mainOf({ "blocks.mtl": blocks, "model.mtl": model, "unused.mtl": "" })).toBe("model.mtl");
  expect(mainOf({ "a/b.mtl": `import { x } from "../c.mtl"`, "c.mtl": "" })).toBe("a/b.mtl");
  expect(mainOf({ "blocks.mtl": blocks })).toBe("blocks.mtl");
});

test("files join the open project where one imports the other, and take its place otherwise", () => {
  const open = { name: "model.mtl", files: { "model.mtl": model }, example: "sides" };
  expect(withGiven(open, { "blocks.mtl": blocks })).toEqual({
    ...open,
    files: { "model.mtl": model, "blocks.mtl": blocks },
  });
  expect(withGiven({ name: "blocks.mtl", files: { "blocks.mtl": blocks } }, { "model.mtl": model })).toEqual({
    name: "model.mtl",
    files: { "blocks.mtl": blocks, "model.mtl": model },
  });
  expect(withGiven(open, { "other.mtl": "model other" })).toEqual({
    name: "other.mtl",
    files: { "other.mtl": "model other" },
  });
  const nested = { name: "model.mtl", files: { "model.mtl": `import { x } from "lib/blocks.mtl"` } };
  expect(Object.keys(withGiven(nested, { "blocks.mtl": blocks }).files)).toEqual(["model.mtl", "lib/blocks.mtl"]);
});

/** The answers of the service about three files: the first imports the second, and nothing imports the third. */
async function seen(shown: string, blocks: string) {
  const page = new PageWorkspace();
  const events: ServiceEvent[] = [];
  const files = {
    "model.mtl": `import { smaller } from "lib/blocks.mtl"\n\n${coloursWith("smaller(8)")}`,
    "lib/blocks.mtl": blocks,
    "other.mtl": "stream a = b\n",
  };
  page.open({ name: "model.mtl", files, shown, set: {} });
  await new Rounds(page, (event) => events.push(event)).begin(1);
  const last = <Kind extends ServiceEvent["kind"]>(kind: Kind) =>
    events.findLast((event): event is Extract<ServiceEvent, { readonly kind: Kind }> => event.kind === kind);
  return { page, files, last };
}

const smaller = "/// Fewer numbers.\nblock smaller(x: tokens, width: int): tokens {\n  return x -> linear(width)\n}\n";

test("a file that is imported has shapes and no mistakes, and one that nothing imports does not keep the model from being trained", async () => {
  const { last } = await seen("lib/blocks.mtl", smaller);
  const diagnostics = last("diagnostics");
  expect(new Set(diagnostics?.diagnostics.map(({ at }) => at.file))).toEqual(new Set(["other.mtl"]));
  expect(diagnostics?.read).toEqual(["model.mtl", "lib/blocks.mtl"]);
  expect(last("hints")).toMatchObject({ path: "lib/blocks.mtl", hints: [{ label: expect.stringContaining("8") }] });
  expect(last("specification")).toBeDefined();
});

test("a mistake in an imported file is told once, in that file", async () => {
  const { last } = await seen("model.mtl", smaller.replace("linear", "liner"));
  const wrong = last("diagnostics")?.diagnostics.filter(({ at }) => at.file !== "other.mtl");
  expect(wrong?.map(({ at, name }) => [at.file, name])).toEqual([["lib/blocks.mtl", "unknown_name"]]);
  expect(last("specification")).toBeUndefined();
});

test("definitions lead to other files and to the standard library, and a new name or path is written everywhere", async () => {
  const { page, files } = await seen("model.mtl", smaller);
  const { service } = page;
  const text = files["model.mtl"];
  const at = text.lastIndexOf("smaller(8)");
  expect(service.definition(at)).toMatchObject({ file: "lib/blocks.mtl", start: smaller.indexOf("smaller") });
  const library = service.definition(text.indexOf("patches"));
  expect(service.textOf(library?.file ?? "")?.slice(library?.start, library?.end)).toBe("patches");
  const renamed = service.rename(at, "narrow");
  expect("edits" in renamed ? renamed.edits.map((edit) => [edit.at.file, edit.text]) : renamed).toEqual(
    expect.arrayContaining([
      ["lib/blocks.mtl", "narrow"],
      ["model.mtl", "narrow"],
    ]),
  );
  expect(service.move("lib/blocks.mtl", "blocks.mtl")).toMatchObject([
    { at: { file: "model.mtl" }, text: '"blocks.mtl"' },
  ]);
});
