import type { TaskDeclaration } from "../../../../grammar/ast.ts";
import { calledName, keyOf } from "../../../../grammar/written-names.ts";
import { metricTargets } from "../../../../compiler/schema/metric-targets.ts";
import { targetOf as definitionOf } from "../../../../compiler/targets/index.ts";
import { callOfMember } from "../call-snippet.ts";
import { docOfMember } from "../documentation.ts";
import { familiesOf, membersOf } from "../expected.ts";
import { type CompletionRequest, type Source, namesDeclared } from "../request.ts";

/** Members of the family that an option takes: optimizers, targets, losses. Of metrics, those that measure the task's target; losses that fit it come first. */
export const familyMembers: Source = (request) => {
  const { slot } = request;
  return familiesOf(slot.value).flatMap((family) =>
    Object.entries(membersOf(family))
      .filter(([name]) => family !== "metric" || measures(name, request))
      .map(([name, definition]) => ({
        label: name,
        kind: "member" as const,
        detail: family.replaceAll("_", " "),
        documentation: () => docOfMember(definition),
        rank: family === "loss" && !isLossOfTarget(name, request) ? 1 : 0,
        snippet: callOfMember(name, definition.options, (of) => namesDeclared(request, of)),
      })),
  );
};

/** True if a metric measures the target of the task, or if that is not known. */
function measures(metric: string, { declaration }: CompletionRequest): boolean {
  const target = declaration?.kind === "Task" ? targetOf(declaration) : undefined;
  const targets: { readonly [metric: string]: readonly string[] } = metricTargets;
  return target === undefined || (targets[metric]?.includes(target) ?? false);
}

/** True if the target of the task can have a loss, or if its options are not known. */
function isLossOfTarget(loss: string, { declaration, workspace }: CompletionRequest): boolean {
  if (declaration?.kind !== "Task") return true;
  const targets = workspace
    .withShapes(declaration.span.file)
    .flatMap(({ specification }) => specification?.tasks[declaration.name.name]?.target ?? []);
  return targets.length === 0 || targets.some((target) => definitionOf(target).losses.some((each) => each === loss));
}

/** The kind of a task's target. */
export function targetOf({ options }: TaskDeclaration): string | undefined {
  const target = options.find((option) => keyOf(option) === "target")?.value;
  const name = target && calledName(target);
  return name !== undefined && Object.hasOwn(membersOf("target"), name) ? name : undefined;
}
