import { expect, test } from "vitest";
import { Rounds } from "../../playground/service/rounds.ts";
import type { ServiceEvent } from "../../playground/service/protocol.ts";
import { PageWorkspace } from "../../playground/service/service.ts";
import type { SetParams } from "../../compiler/program.ts";
import { coloursWith } from "./colours.ts";
import { fragmentOf, readFragment } from "../../playground/state/url-state.ts";

const textWith = (width: number): string =>
  coloursWith("linear(width)").replace("modality", `param width: int in 1..64 = ${width}\n\nmodality`);

/** The last event of each kind that the service sends about a text and its settings. */
async function seen(page: PageWorkspace, text: string, set: SetParams) {
  const events = new Map<ServiceEvent["kind"], ServiceEvent>();
  page.open({ name: "colours.mtl", files: { "colours.mtl": text }, shown: "colours.mtl", set });
  await new Rounds(page, (event) => events.set(event.kind, event)).begin(1);
  const last = <Kind extends ServiceEvent["kind"]>(kind: Kind) =>
    events.get(kind) as Extract<ServiceEvent, { readonly kind: Kind }> | undefined;
  return {
    problems: last("diagnostics")?.diagnostics.map(({ at, code }) => [at.file, code]),
    params: last("params")?.params.map(({ name, initial }) => [name, initial]),
    hints: last("hints")?.hints.map(({ label }) => label),
    parameters: last("costs")?.costs.parameters,
    svg: last("picture")?.picture.svg,
    values: last("specification")?.specification.params,
  };
}

test("a param that is set changes shapes, costs and the picture as if it were written in the text", async () => {
  const page = new PageWorkspace();
  const before = await seen(page, textWith(8), {});
  const set = await seen(page, textWith(8), { width: "12" });
  const written = await seen(new PageWorkspace(), textWith(12), {});
  expect(set.parameters).not.toBe(before.parameters);
  expect(set).toEqual({ ...written, params: before.params });
  expect(await seen(page, textWith(8), {})).toEqual(before);
});

test("a mistake in a setting is told with the setting, while the params can still be set", async () => {
  const page = new PageWorkspace();
  const wrong = await seen(page, textWith(8), { width: "500", depth: "2" });
  expect(wrong.problems).toEqual(
    expect.arrayContaining([
      ["--set width", "MTL3004"],
      ["--set depth", expect.any(String)],
    ]),
  );
  expect(wrong.params).toEqual([["width", "8"]]);
  expect(wrong.parameters).toBeUndefined();
});

test("a link has the engine, and none that a page does not know", async () => {
  const state = { name: "a.mtl", files: { "a.mtl": "model a" }, engine: "onnx:webgpu" } as const;
  expect(await readFragment(await fragmentOf(state))).toEqual({ kind: "state", state });
  const { engine: _, ...without } = state;
  const foreign = { ...without, engine: "onnx:cuda" } as unknown as typeof state;
  expect(await readFragment(await fragmentOf(foreign))).toEqual({ kind: "state", state: without });
});
