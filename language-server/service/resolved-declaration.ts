import type { Declaration, SpecificationFile } from "../../grammar/ast.ts";
import { expandSpecification } from "../../compiler/expand/expand.ts";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import type { Facts } from "./facts.ts";
import { isWhole } from "./is-whole.ts";

/** A task, a data set, a stage or a modality with every default filled in; `undefined` where something is wrong with it, and for others. */
export function resolvedDeclaration<Written extends Declaration>(
  { compilations }: Pick<Facts, "compilations">,
  declaration: Written,
): Written | undefined {
  if (!isWhole(declaration)) return undefined;
  for (const { specification, references } of compilations) {
    if (!specification || !references || !isResolved(specification, declaration)) continue;
    return expandSpecification(fileOf(declaration), { specification, references }).declarations[0] as Written;
  }
  return undefined;
}

/** A file of one declaration. */
export function fileOf(declaration: Declaration): SpecificationFile {
  return { kind: "SpecificationFile", span: declaration.span, declarations: [declaration], comments: [] };
}

function isResolved({ tasks, datasets, stages, modalities }: ResolvedSpecification, declaration: Declaration): boolean {
  switch (declaration.kind) {
    case "Task":
      return Object.hasOwn(tasks, declaration.name.name);
    case "Dataset":
      return Object.hasOwn(datasets, declaration.name.name);
    case "Modality":
      return Object.hasOwn(modalities, declaration.name.name);
    case "Stage":
      return stages.some(({ name }) => name === declaration.name.name);
    default:
      return false;
  }
}
