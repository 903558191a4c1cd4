import { type Column, argumentsOf, columnsOf } from "./columns.ts";
import { type Constant } from "./constants.ts";
import { keyOf } from "./body.ts";
import type { Instance, Method, ModelEmitter, ModuleAt } from "./model-emitter.ts";
import { Names, className } from "./python-names.ts";
import type { WeightDeclaration } from "../stage/plan.ts";
import type { NumberInText } from "./slots.ts";

/** A weight of a module, by its path within it, with the slots of its dimensions. */
export interface Parameter {
  readonly name: string;
  readonly kind: "weight" | "state";
  readonly dimensions: readonly number[];
}

/** A module within another, by its path there, with the slot of its first number. */
export type Child = { readonly name: string; readonly first: number } & (
  | { readonly kind: "block"; readonly class: ClassOf }
  | { readonly kind: "dropout"; readonly module: ModuleAt }
  | { readonly kind: "bytes" }
);

/** Modules of one text: a class. */
export interface ClassOf {
  readonly name: string;
  readonly key: string;
  readonly module: ModuleAt;
  readonly parameters: readonly Parameter[];
  readonly children: readonly Child[];
  readonly constants: readonly (readonly [name: string, constant: Constant])[];
  /** Methods, with the slot of their first number. */
  readonly methods: readonly (Method & { readonly first: number })[];
  readonly instances: (Instance & { readonly path: string })[];
}

/** Finds the classes of a model: modules whose text is the same but for numbers are of one class. */
export class Classes {
  readonly all: ClassOf[] = [];
  readonly #emitter: ModelEmitter;
  readonly #weights: readonly WeightDeclaration[];
  readonly #names: Names;
  readonly #made = new Map<string, { readonly class: ClassOf; readonly numbers: readonly NumberInText[] }>();
  readonly #columns = new Map<ClassOf, readonly Column[]>();

  constructor(emitter: ModelEmitter, weights: readonly WeightDeclaration[], taken: Iterable<string>) {
    this.#emitter = emitter;
    this.#weights = weights;
    this.#names = new Names(taken);
  }

  /** The class of a module, with the numbers of this one. */
  of(module: ModuleAt): { readonly class: ClassOf; readonly numbers: readonly NumberInText[] } {
    const known = this.#made.get(module.path);
    if (known) return known;
    this.#emitter.write(module);
    const { numbers, ...parts } = this.partsOf(module);
    const block = module.scopes[0]?.scope.call?.block ?? "block";
    const key = keyOfClass(block, parts);
    let found = this.all.find((each) => each.key === key);
    if (!found) {
      found = { name: this.#names.fresh(className(block)), key, module, ...parts, instances: [] };
      this.all.push(found);
    }
    found.instances.push({ numbers, call: module.scopes[0]?.scope.call, path: module.path });
    const made = { class: found, numbers };
    this.#made.set(module.path, made);
    return made;
  }

  /** The names of the weights that a module makes, with those of the modules within it. */
  weightsMade({ parameters, children }: Pick<ClassOf, "parameters" | "children">, path = ""): readonly string[] {
    const within = (name: string): string => (path === "" ? name : `${path}.${name}`);
    return [
      ...parameters.map(({ name }) => within(name)),
      ...children.flatMap((child) => (child.kind === "block" ? this.weightsMade(child.class, within(child.name)) : [])),
    ];
  }

  /** The parts of a module. The model itself has the path `""`. */
  partsOf(module: Pick<ModuleAt, "path" | "methods" | "constants">) {
    const numbers: NumberInText[] = [];
    const within = (path: string): string => (module.path === "" ? path : path.slice(module.path.length + 1));
    const parameters = this.#weights
      .filter(({ name }) => this.#ownerOf(name) === module.path)
      .map(({ name, kind, shape }): Parameter => {
        const own = within(name);
        const hint = own.split(".").at(-1) ?? own;
        return {
          name: own,
          kind,
          dimensions: shape.map((value) => numbers.push({ value, hint: `${hint}_size` }) - 1),
        };
      });
    const children = [...this.#emitter.modules.values()]
      .filter(({ path }) => this.#ownerOf(path) === module.path)
      .map((child): Child => {
        const place = { name: within(child.path), first: numbers.length };
        if (child.kind === "bytes") return { ...place, kind: child.kind };
        if (child.kind === "dropout") {
          numbers.push({ value: child.dropout?.rate ?? 0, hint: "rate" });
          return { ...place, kind: child.kind, module: child };
        }
        const made = this.of(child);
        numbers.push(...made.numbers);
        return { ...place, kind: child.kind, class: made.class };
      });
    const methods = module.methods.map((method) => {
      const first = numbers.length;
      numbers.push(...method.body.numbers);
      return { ...method, first };
    });
    return { parameters, children, constants: [...module.constants], methods, numbers };
  }

  columnsOf(each: ClassOf): readonly Column[] {
    const known = this.#columns.get(each);
    if (known) return known;
    const taken = [
      ...each.methods.flatMap(({ body }) => body.parameters.map(({ name }) => name)),
      "self",
      "part",
      "put",
    ];
    const columns = columnsOf(each.instances, [
      ...taken,
      ...each.children.map(({ name }) => name),
      ...each.parameters.map(({ name }) => name),
    ]);
    this.#columns.set(each, columns);
    return columns;
  }

  argumentsOf(each: ClassOf): ReturnType<typeof argumentsOf> {
    return argumentsOf(this.columnsOf(each));
  }

  /** The innermost block that a module or a weight is in, by its path; `""` is the model. */
  #ownerOf(path: string): string {
    const segments = path.split(".");
    for (let length = segments.length - 1; length > 0; length--) {
      const outer = segments.slice(0, length).join(".");
      if (this.#emitter.modules.get(outer)?.kind === "block") return outer;
    }
    return "";
  }
}

type Parts = Pick<ClassOf, "parameters" | "children" | "constants" | "methods">;

function keyOfClass(block: string, { parameters, children, constants, methods }: Parts): string {
  return [
    block,
    ...parameters.map(({ name, kind, dimensions }) => `${kind} ${name} ${dimensions.length}`),
    ...children.map((child) => {
      const of =
        child.kind === "block"
          ? child.class.name
          : child.kind === "dropout"
            ? `${child.module.dropout?.over} ${child.module.dropout?.kept}`
            : "";
      return `${child.kind} ${child.name} ${of}`;
    }),
    ...constants.map(([name, { key }]) => `${name} ${key}`),
    ...methods.map(({ name, body }) => `${name}\n${keyOf(body)}`),
  ].join("\n");
}
