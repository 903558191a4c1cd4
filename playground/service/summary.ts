import type { ParamDeclaration } from "../../grammar/ast.ts";
import { paramsOf } from "../../compiler/declare/params.ts";
import type { Compilation } from "../../compiler/program.ts";
import type { Param, Summary } from "./protocol.ts";

/** The facts that the page shows beside a specification; `undefined` where there are errors. */
export function summaryOf({ program, bindings }: Compilation, text: string): Summary | undefined {
  if (!program || !bindings) return undefined;
  const { model, stages, tasks, modalities } = program.specification;
  return {
    model: model.name,
    description: model.title ?? "",
    params: paramsOf(bindings).map((param) => paramOf(param, text)),
    stages: stages.map(({ name, tasks, seed }) => ({ name, tasks, seed })),
    tasks: Object.keys(tasks),
    modalities: Object.entries(modalities).map(([name, { kind }]) => ({ name, kind })),
  };
}

function paramOf({ name, type, value, doc }: ParamDeclaration, text: string): Param {
  const written = type ? text.slice(type.span.start, type.span.end) : "";
  const [, list = ""] = /^one of \[([^\]]*)\]$/u.exec(written) ?? [];
  return {
    name: name.name,
    type: written,
    initial: text.slice(value.span.start, value.span.end),
    choices: list === "" ? [] : list.split(",").map((each) => each.trim()),
    documentation: doc ?? "",
  };
}
