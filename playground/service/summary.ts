import type { ParamDeclaration } from "../../grammar/ast.ts";
import { paramsOf } from "../../compiler/declare/params.ts";
import type { Compilation } from "../../compiler/program.ts";
import type { Param, Summary } from "./protocol.ts";

/** The facts that the page shows beside a specification; `undefined` where there are errors. */
export function summaryOf({ program, bindings }: Compilation, text: string): Summary | undefined {
  if (!program || !bindings) return undefined;
  return {
    specification: program.specification,
    params: paramsOf(bindings).map((param) => paramOf(param, text)),
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
