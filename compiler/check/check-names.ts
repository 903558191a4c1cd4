import type { Declaration, Span } from "../../grammar/ast.ts";
import type { LoadedFiles } from "../bind/load.ts";
import { meantBy } from "../diagnostics/names-like.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { optionOf } from "../elaborate/uses.ts";
import type { References } from "../resolve/resolve-names.ts";
import { namesIn } from "../resolve/scopes.ts";

/**
 * Reports undefined names in blocks, layers and streams, whether or not a task uses these. Elaboration reports the same
 * diagnostics for those that it evaluates, and a reporter keeps equal diagnostics once. A name in another option is
 * reported with the option.
 */
export function checkNames({ unresolved, prelude }: References, files: LoadedFiles, reporter: Reporter): void {
  const checked = [...files.values()].flatMap(({ tree }) => tree.declarations.flatMap(expressionsOf));
  for (const { at, scope, definition } of unresolved)
    if (checked.some((span) => span.file === at.file && span.start <= at.start && at.end <= span.end))
      reporter.report("unknown_name", at, {
        name: definition.name,
        ...meantBy(definition.name, namesIn(scope, prelude)),
      });
}

/** The parts of a declaration in which a name must be a value, a block or a layer. */
function expressionsOf(declaration: Declaration): readonly Span[] {
  switch (declaration.kind) {
    case "Block":
      return [declaration.span];
    case "Layer":
    case "Stream":
    case "Fusion":
      return [declaration.value.span];
    case "Task":
      return ["from", "head"].flatMap((option) => optionOf(declaration, option)?.span ?? []);
    default:
      return [];
  }
}
