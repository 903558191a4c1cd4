import type { Body } from "./body.ts";
import type { Child, ClassOf, Classes, Parameter } from "./classes.ts";
import { type Column, argumentsOf, columnsOf } from "./columns.ts";
import { constantExpression } from "./constants.ts";
import { docstring } from "./docstring.ts";
import type { FunctionOf, ModelEmitter } from "./model-emitter.ts";
import { isAttribute } from "./python-names.ts";
import { withNumbersOfCalls, withSlots } from "./slots.ts";
import { wrapped } from "./wrap.ts";

/** Shows the number of a slot of a text. */
type Show = (slot: number) => string;

/** Writes functions and classes, once all of their uses are known. */
export class TextWriter {
  readonly #emitter: ModelEmitter;
  readonly #classes: Classes;
  readonly #columns = new Map<FunctionOf, readonly Column[]>();

  constructor(emitter: ModelEmitter, classes: Classes) {
    this.#emitter = emitter;
    this.#classes = classes;
  }

  functionText(made: FunctionOf): string {
    const columns = this.#columnsOf(made);
    const show: Show = (slot) => shown(columns[slot], "");
    const numbers = argumentsOf(columns).map(({ name, type }) => `${name}: ${type}`);
    const parameters = [...parametersOf(made.body), ...numbers];
    return [
      ...wrapped(`def ${made.name}(${parameters.join(", ")}) -> ${resultType(made.body)}:`, 0),
      ...docstring(made.instances.map(({ call }) => call)).map((line) => (line === "" ? "" : `    ${line}`)),
      ...this.#lines(made.body, show).flatMap((line) => wrapped(line, 4)),
    ].join("\n");
  }

  classText(made: ClassOf): string {
    const columns = this.#classes.columnsOf(made);
    const numbers = argumentsOf(columns);
    const inInit: Show = (slot) => shown(columns[slot], "");
    const inMethod: Show = (slot) => shown(columns[slot], "self.");
    const methods = made.methods.flatMap(({ name, body, first }) => {
      const parameters = ["self", ...parametersOf(body)];
      return [
        "",
        ...wrapped(`def ${name}(${parameters.join(", ")}) -> ${resultType(body)}:`, 4),
        ...this.#lines(body, (slot) => inMethod(first + slot)).flatMap((line) => wrapped(line, 8)),
      ];
    });
    const kept = numbers.filter(({ name }) => methods.some((line) => new RegExp(`\\bself\\.${name}\\b`).test(line)));
    const parameters = ["self", ...numbers.map(({ name, type }) => `${name}: ${type}`)];
    return [
      `class ${made.name}(nn.Module):`,
      ...docstring(made.instances.map(({ call }) => call)).map((line) => (line === "" ? "" : `    ${line}`)),
      ...this.annotations(made),
      "",
      ...wrapped(`def __init__(${parameters.join(", ")}) -> None:`, 4),
      "        super().__init__()",
      ...kept.map(({ name }) => `        self.${name} = ${name}`),
      ...this.initLines(made, inInit),
      ...methods,
    ].join("\n");
  }

  /** Buffers have a type, which mypy could not know. */
  annotations({ constants, parameters }: Pick<ClassOf, "constants" | "parameters">): readonly string[] {
    const states = parameters.filter(({ kind, name }) => kind === "state" && isAttribute(name)).map(({ name }) => name);
    const names = [...constants.map(([name]) => name), ...states];
    return names.length === 0 ? [] : ["", ...names.map((name) => `    ${name}: Tensor`)];
  }

  /** The lines that make the parts of a module. */
  initLines(
    { parameters, children, constants }: Pick<ClassOf, "parameters" | "children" | "constants">,
    show: Show,
  ): readonly string[] {
    return [
      ...constants.map(
        ([name, constant]) => `self.register_buffer("${name}", ${constantExpression(constant)}, persistent=False)`,
      ),
      ...children.map((child) => this.#registered(child.name, this.#constructed(child, show))),
      ...parameters.map((parameter) => weightLine(parameter, show)),
    ].flatMap((line) => wrapped(line, 8));
  }

  /** The lines of a body with the numbers in it. */
  filled(lines: readonly string[], show: Show): readonly string[] {
    return lines.map((line) =>
      withSlots(
        withNumbersOfCalls(line, (callee, first) => this.#numbersOf(callee, first, show)),
        show,
      ),
    );
  }

  #registered(name: string, value: string): string {
    return isAttribute(name) ? `self.${name} = ${value}` : `put(self, "${name}", ${value})`;
  }

  #constructed(child: Child, show: Show): string {
    if (child.kind === "bytes") return "RandomBytes()";
    if (child.kind === "dropout") {
      const { over, kept } = child.module.dropout ?? { over: "elements", kept: "rescaled" };
      const more = [
        ...(over === "example" ? ['over="example"'] : []),
        ...(kept === "as_they_are" ? ["rescale=False"] : []),
      ];
      return `Dropout(${[show(child.first), ...more].join(", ")})`;
    }
    const given = this.#classes.argumentsOf(child.class).map(({ name, slot }) => `${name}=${show(child.first + slot)}`);
    return `${child.class.name}(${given.join(", ")})`;
  }

  #lines(body: Body, show: Show): readonly string[] {
    const lines = this.filled(body.lines, show);
    const returned = this.filled(body.returned, show);
    return [...lines, `return ${returned.join(", ")}`];
  }

  #numbersOf(callee: number, first: number, show: Show): string {
    const made = this.#emitter.functions[callee];
    if (!made) throw new Error(`there is no function ${callee}`);
    return argumentsOf(this.#columnsOf(made))
      .map(({ name, slot }) => `, ${name}=${show(first + slot)}`)
      .join("");
  }

  #columnsOf(made: FunctionOf): readonly Column[] {
    const known = this.#columns.get(made);
    if (known) return known;
    const columns = columnsOf(made.instances, [
      ...made.body.parameters.map(({ name }) => name),
      ...localNames(made.body),
    ]);
    this.#columns.set(made, columns);
    return columns;
  }
}

function localNames({ lines }: Body): readonly string[] {
  return lines.flatMap((line) => (line.split(" = ")[0] ?? "").split(", "));
}

function shown(column: Column | undefined, prefix: string): string {
  if (!column) throw new Error("a slot has no column");
  return column.kind === "number" ? column.text : prefix + column.name;
}

/** The parameters of a body with their types. A module of which more than `forward` is called has the type of its own class, which is not known here. */
function parametersOf({ parameters, lines, returned }: Body): readonly string[] {
  const text = [...lines, ...returned].join("\n");
  return parameters.map(({ kind, name }) => {
    const module = text.includes(`${name}.as_`) || text.includes(`${name}.evaluate`) ? "Any" : "nn.Module";
    return `${name}: ${kind === "module" ? module : "Tensor"}`;
  });
}

function resultType({ returned }: Body): string {
  if (returned.length === 1) return "Tensor";
  return returned.length > 6 ? "tuple[Tensor, ...]" : `tuple[${returned.map(() => "Tensor").join(", ")}]`;
}

function weightLine({ name, kind, dimensions }: Parameter, show: Show): string {
  const sizes = dimensions.map(show).join(", ");
  const empty = `torch.empty(${dimensions.length === 0 ? "()" : sizes})`;
  if (kind === "weight")
    return isAttribute(name) ? `self.${name} = nn.Parameter(${empty})` : `put(self, "${name}", nn.Parameter(${empty}))`;
  return isAttribute(name) ? `self.register_buffer("${name}", ${empty})` : `put(self, "${name}", ${empty})`;
}
