import type { ParamDeclaration } from "../../grammar/ast.ts";
import type { Bindings } from "../../compiler/bind/bind.ts";
import { paramsOf } from "../../compiler/declare/params.ts";
import type { Param } from "./protocol.ts";

/** The params of a specification, as the settings of the page show them. */
export function paramsIn(bindings: Bindings, text: string): readonly Param[] {
  return paramsOf(bindings).map((param) => paramOf(param, text));
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
