import type { Expression, Node, Span } from "../../grammar/ast.ts";
import type { Definition } from "../../compiler/resolve/definition.ts";
import type { DefinitionLink } from "./definition.ts";
import { nodesAt } from "./node-at.ts";
import { shapesOf } from "./shapes.ts";
import type { Analysis, Workspace } from "./workspace.ts";

/**
 * The origin of the size of the value at an offset. For a stream this is the expression that set its last axis, such as `embed(64)`: steps that
 * keep the axis and do not name its size are passed over, also through other streams and `let`s, up to the modality if none has set it. For a parameter of a block
 * or a param it is its type.
 */
export function sizeOriginAt(workspace: Workspace, path: string, offset: number): DefinitionLink | undefined {
  const analysis = workspace.analyse(path, "shapes");
  if (!analysis) return undefined;
  const around = nodesAt(analysis.tree, offset);
  const index = around.findLastIndex(({ kind }) => isExpression.has(kind));
  const node = around[index] as Expression | undefined;
  if (!node) return undefined;
  const whole = appliedIn(around.slice(0, index), node);
  const origin = new SizeSearch(workspace, analysis).originOf(whole);
  if (origin === whole) return undefined;
  const [from, to] = [whole === node ? node.span : nodeName(node).span, origin.span];
  return { from, to, whole: to };
}

const isExpression: ReadonlySet<Node["kind"]> = new Set(["Name", "Call", "Pipe", "Member", "Binary", "Optional"]);

/** The pipeline that ends with a step, or the call of a name. */
function appliedIn(around: readonly Node[], step: Expression): Expression {
  let node = step;
  for (const outer of around.toReversed()) {
    if (outer.kind === "Call" && outer.callee === node) node = outer;
    else if (outer.kind === "Pipe" && outer.right === node) return outer;
    else return node;
  }
  return node;
}

function nodeName(node: Expression): Expression {
  return node.kind === "Call" ? node.callee : node;
}

class SizeSearch {
  readonly #workspace: Workspace;
  readonly #analysis: Analysis;
  readonly #passed = new Set<Node>();

  constructor(workspace: Workspace, analysis: Analysis) {
    this.#workspace = workspace;
    this.#analysis = analysis;
  }

  originOf(node: Expression): { readonly span: Span } {
    // A stream that is made of itself is a mistake.
    if (this.#passed.has(node)) return node;
    this.#passed.add(node);
    switch (node.kind) {
      case "Name":
        return this.#originOfName(this.#analysis.references.nameOf(node).definition) ?? node;
      case "Pipe":
        return this.#keepsSize(node, node.left) && !this.#namesSize(node, node.right)
          ? this.originOf(node.left)
          : node.right;
      case "Call": {
        const [first] = node.arguments;
        const keeps = first && !first.name && this.#keepsSize(node, first.value) && !this.#namesSize(node, node);
        return keeps ? this.originOf(first.value) : node;
      }
      case "Binary":
        return this.originOf(node.left);
      case "Optional":
        return this.originOf(node.operand);
      case "Member":
        return (
          this.#originOfPart(node, this.#analysis.references.definitionOf(node.member)) ?? this.originOf(node.object)
        );
      default:
        return node;
    }
  }

  #originOfName(definition: Definition): { readonly span: Span } | undefined {
    switch (definition.kind) {
      case "declaration": {
        const { declaration } = definition;
        if (declaration.kind === "Stream" || declaration.kind === "Fusion") return this.originOf(declaration.value);
        return declaration.kind === "Param" ? (declaration.type ?? declaration.value) : declaration.name;
      }
      case "local": {
        const { statement } = definition;
        return statement.kind === "Let" && statement.names.length === 1 ? this.originOf(statement.value) : statement;
      }
      case "parameter":
        return definition.parameter.type;
      case "binding":
        return this.originOf(definition.binding.value);
      default:
        return undefined;
    }
  }

  /** A result of a fusion has the size of the input with its label, if the fusion keeps it. */
  #originOfPart(node: Expression, part: Definition | undefined): { readonly span: Span } | undefined {
    if (part?.kind !== "part" || part.of.kind !== "declaration" || part.of.declaration.kind !== "Fusion")
      return undefined;
    const { value } = part.of.declaration;
    if (value.kind !== "Call") return undefined;
    const input = value.arguments.find(({ label, value: given }) =>
      label ? label.name === part.name : given.kind === "Name" && given.name === part.name,
    );
    return input && this.#keepsSize(node, input.value) ? this.originOf(input.value) : value;
  }

  #keepsSize(after: Expression, before: Expression): boolean {
    const [one, other] = [this.#sizesOf(after), this.#sizesOf(before)];
    return one !== "" && one === other;
  }

  /** True for `linear(8)` where the last axis has 8 elements: it sets the size, though that was the same before. */
  #namesSize(whole: Expression, step: Expression): boolean {
    if (step.kind !== "Call") return false;
    const size = Number(this.#sizesOf(whole));
    return step.arguments.some(
      ({ name, value }) =>
        !name &&
        ((value.kind === "Number" && value.value === size) ||
          (value.kind === "Name" && this.#analysis.compilation.specification?.params[value.name] === size)),
    );
  }

  /** The last axes that an expression has. */
  #sizesOf(node: Expression): string {
    return shapesOf(this.#workspace, node)
      .map((shape) => /([^\s[×]+)\]$/u.exec(shape)?.[1] ?? "")
      .join(" ");
  }
}
