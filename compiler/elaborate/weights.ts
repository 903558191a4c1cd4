import type { Expression, Span, WeightStatement } from "../../grammar/ast.ts";
import { type Shape, sameShape, showShape } from "../graph/graph.ts";
import type { ResolvedInitializer } from "../schema/resolved.ts";
import { adapted } from "./adapt.ts";
import { originOf, report } from "./elaboration.ts";
import { evaluate } from "./evaluate.ts";
import type { Frame } from "./frame.ts";
import { evaluateInitializer } from "./initializer.ts";
import { type Stream, type Value, describe, kindOfRank, poison, streamValue } from "./value.ts";

const defaultInitializer: ResolvedInitializer = { kind: "xavier_uniform", gain: 1 };

/** The weight of a `weight` statement, under its stable name. */
export function weightValue(frame: Frame, statement: WeightStatement): Value {
  const shape = evaluateShape(frame, statement.shape);
  if (!shape) return poison;
  let initializer = defaultInitializer;
  if (statement.initializer) {
    const value = evaluateInitializer(frame, statement.initializer);
    if (value.kind === "poison") return poison;
    if (value.kind !== "initializer") {
      report(frame, "wrong_type", statement.initializer.span, {
        what: `The first value of "${statement.name.name}"`,
        expected: "an initializer such as normal(0.02)",
        found: describe(value),
      });
      return poison;
    }
    initializer = value.initializer;
  }
  const name = [...frame.path, statement.name.name].join(".");
  const stream = declareWeight(frame, {
    name,
    shape,
    initializer,
    kind: statement.kind === "State" ? "state" : "weight",
    at: statement.span,
  });
  return stream ? streamValue(stream) : poison;
}

interface NewWeight {
  readonly name: string;
  readonly kind: "weight" | "state";
  readonly shape: Shape;
  readonly initializer: ResolvedInitializer;
  readonly at: Span;
}

/** The weight of this name; the same one wherever the same instance of a block is used again. */
export function declareWeight(frame: Frame, { name, kind, shape, initializer, at }: NewWeight): Stream | undefined {
  const known = frame.elaboration.weights.get(name);
  const first = known?.declaration.origin?.spans.at(-1);
  if (first && (first.file !== at.file || first.start !== at.start)) {
    report(frame, "weight_name_taken", at, { weight: name }, [{ at: first, message: "first used here" }]);
    return undefined;
  }
  if (known && sameShape(known.declaration.shape, shape)) return known.read;
  if (known) {
    const related = known.declaration.origin?.spans[0];
    report(
      frame,
      "shared_weight_shape",
      at,
      { weight: name, first: showShape(known.declaration.shape), second: showShape(shape) },
      related ? [{ at: related, message: "first used here" }] : [],
    );
    return undefined;
  }
  const { isTeacher } = frame.elaboration;
  const whole = isTeacher ? `teacher.${name}` : name;
  const role = kind === "state" ? ({ kind, state: whole } as const) : ({ kind, weight: whole } as const);
  const value = frame.elaboration.builder.input(role, { dtype: "float32", shape });
  const stream: Stream = { kind: kindOfRank(shape.length), value, batch: "shared", positions: new Map() };
  const made = {
    declaration: {
      name: whole,
      kind,
      shape,
      initializer,
      origin: originOf(frame, at),
      ...(isTeacher ? { ofTeacher: name } : {}),
    },
    stream,
  };
  const { weights } = frame.elaboration;
  // A weight comes before those by which it is adapted.
  weights.set(name, { ...made, read: stream });
  const read = kind === "weight" ? adapted(frame.elaboration, name, stream) : stream;
  weights.set(name, { ...made, read });
  return read;
}

function evaluateShape(frame: Frame, dimensions: readonly Expression[]): Shape | undefined {
  const shape: number[] = [];
  for (const dimension of dimensions) {
    const value = evaluate(frame, dimension);
    if (value.kind === "number" && value.measure === undefined && Number.isInteger(value.value) && value.value > 0)
      shape.push(value.value);
    else {
      if (value.kind !== "poison")
        report(frame, "wrong_type", dimension.span, {
          what: "A dimension of a weight",
          expected: "a whole number above 0",
          found: describe(value),
        });
      return undefined;
    }
  }
  return shape;
}
