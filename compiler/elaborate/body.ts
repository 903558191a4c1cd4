import type {
  LayerStatement,
  LetStatement,
  Statement,
  TypeExpression,
  UpdateStatement,
  WeightStatement,
} from "../../grammar/ast.ts";
import type { Callable } from "./callable.ts";
import { describeType, parameterType } from "../resolve/parameter-type.ts";
import { blockPath, modeAt, report } from "./elaboration.ts";
import { evaluate, evaluateLayer } from "./evaluate.ts";
import { type Frame, withLocal } from "./frame.ts";
import { type Value, describe, poison, shapeOf } from "./value.ts";
import type { StreamKind } from "../resolve/parameter-type.ts";
import { weightValue } from "./weights.ts";

/** The result of a block's body. */
export function bodyOf(frame: Frame, callable: Callable): Value {
  const result = runStatements(frame, callable.declaration.body);
  if (result) return checkedResult(frame, callable, asDeclared(result, callable.declaration.result));
  report(frame, "no_result", callable.declaration.name.span, { name: `The block "${callable.name}"` });
  return poison;
}

/**
 * Runs statements in order, each seeing the names of those before it; returns the value that is returned or yielded, or
 * that an expression has.
 */
export function runStatements(frame: Frame, statements: readonly Statement[]): Value | undefined {
  let scope = frame;
  for (const statement of statements) {
    switch (statement.kind) {
      case "Let":
        scope = runLet(scope, statement);
        break;
      case "LayerStatement":
        scope = withLocal(scope, statement.name.name, instanceOf(scope, statement));
        break;
      case "Weight":
      case "State":
        scope = declareWeight(scope, statement);
        break;
      case "Update":
        runUpdate(scope, statement);
        break;
      case "Return":
      case "Yield":
      case "ExpressionStatement":
        return evaluate(scope, statement.value);
    }
  }
  return undefined;
}

function runLet(frame: Frame, statement: LetStatement): Frame {
  const value = evaluate(frame, statement.value);
  const [only] = statement.names;
  if (statement.names.length === 1 && only) return withLocal(frame, only.name, value);
  const items =
    value.kind === "tuple" || value.kind === "list"
      ? value.items
      : value.kind === "record"
        ? [...value.fields.values()]
        : undefined;
  const fits = items?.length === statement.names.length;
  if (!fits && value.kind !== "poison" && value.kind !== "absent") {
    report(frame, "wrong_type", statement.value.span, {
      what: `The right side of \`let (${statement.names.map((name) => name.name).join(", ")})\``,
      expected: `${statement.names.length} values`,
      found: describe(value),
    });
  }
  return statement.names.reduce(
    (scope, name, index) =>
      withLocal(scope, name.name, fits ? (items[index] ?? poison) : value.kind === "absent" ? value : poison),
    frame,
  );
}

function instanceOf(frame: Frame, statement: LayerStatement): Value {
  const layer = evaluateLayer(frame, statement.value);
  return layer
    ? {
        kind: "layer",
        layer: {
          kind: "instance",
          path: [...frame.path, frame.sites.get(statement) ?? statement.name.name],
          of: layer,
        },
      }
    : poison;
}

/** Declares a weight, which is created on first use, so that an `if` can leave one out. */
function declareWeight(frame: Frame, statement: WeightStatement): Frame {
  return withLocal(frame, statement.name.name, () => weightValue(frame, statement));
}

function runUpdate(frame: Frame, statement: UpdateStatement): void {
  if (modeAt(frame) !== "train") return;
  const value = evaluate(frame, statement.value);
  if (value.kind === "stream")
    frame.elaboration.updates.set([...frame.path, statement.name.name].join("."), value.stream);
}

/** The result of a block. A stream of another rank than the declared kind is a mistake in the block. */
function checkedResult(frame: Frame, callable: Callable, result: Value): Value {
  const type = callable.declaration.result;
  const declared = type && parameterType(type);
  if (
    !type ||
    declared?.kind !== "stream" ||
    result.kind !== "stream" ||
    !(declared.of in rankOf) ||
    rankOf[declared.of as StreamKind] === shapeOf(result.stream).length
  )
    return result;
  report(frame, "wrong_stream", type.span, {
    what: `The result of ${callable.name}`,
    expected: describeType(declared),
    found: describe(result),
    path: blockPath(frame),
  });
  return poison;
}

const rankOf: { readonly [Kind in StreamKind]?: number } = {
  scalar: 0,
  vector: 1,
  tokens: 2,
  regions: 2,
  ids: 1,
  grid: 3,
  volume: 4,
};

/** Gives a result the names of a tuple's parts and the kind of a tensor that the block declares. */
function asDeclared(value: Value, type: TypeExpression | undefined): Value {
  if (type?.kind === "TupleType" && value.kind === "tuple") {
    const items = value.items.map((item, index) => asDeclared(item, type.elements[index]?.type));
    return { kind: "tuple", items, names: type.elements.map((element) => element.name?.name) };
  }
  if (!type || value.kind !== "stream") return value;
  const declared = parameterType(type);
  if (
    declared?.kind !== "stream" ||
    declared.of === "stream" ||
    declared.of === "tensor" ||
    declared.of === value.stream.kind
  )
    return value;
  if (rankOf[declared.of] !== shapeOf(value.stream).length) return value;
  return { kind: "stream", stream: { ...value.stream, kind: declared.of } };
}
