import type { BlockDeclaration, CallExpression, NameExpression, Span } from "../../grammar/ast.ts";
import { meantBy } from "../diagnostics/names-like.ts";
import { applyLayer, type NamedArguments, type StreamArgument } from "./apply.ts";
import { bindArguments } from "./bind-arguments.ts";
import { callableOf } from "./callables.ts";
import { report } from "./elaboration.ts";
import { evaluate } from "./evaluate.ts";
import { type Frame, frameAt, lookUp } from "./frame.ts";
import { namesIn } from "../resolve/scopes.ts";
import { initializerOf } from "./initializer.ts";
import { symbolValue } from "./symbol-values.ts";
import { type LayerValue, type Value, describe, poison } from "./value.ts";

/** `f(a, b: c)`: the result, or a layer value where its first stream is still open. */
export function callExpression(frame: Frame, expression: CallExpression, use: "apply" | "layer"): Value {
  const { callee } = expression;
  if (callee.kind !== "Name") {
    const value = evaluate(frame, callee);
    if (value.kind === "layer") return callLayer(frame, expression, value.layer, use);
    if (value.kind !== "poison")
      report(frame, "not_callable", callee.span, { name: undefined, found: describe(value) });
    return poison;
  }
  const local = localLayer(frame, callee.name);
  if (local) return callLayer(frame, expression, namedAt(frame, local, expression), use);
  const symbol = frame.elaboration.references.nameOf(callee).callee?.declaration;
  if (symbol?.kind === "Block") return callBlock(frame, expression, symbol, use);
  if (symbol?.kind === "Layer") {
    const value = symbolValue(frame, symbol, callee.span);
    return value.kind === "layer" ? callLayer(frame, expression, value.layer, use) : poison;
  }
  const initializer = initializerOf(frame, expression);
  if (initializer) return initializer;
  reportCallee(frame, callee);
  return poison;
}

function callBlock(frame: Frame, expression: CallExpression, block: BlockDeclaration, use: "apply" | "layer"): Value {
  const callable = callableOf(frame.elaboration, block);
  const binding = bindArguments(frame, callable, expression.arguments, use);
  if (!binding) return poison;
  const layer: LayerValue = { kind: "partial", callable, bound: binding.bound, segment: frame.sites.get(expression) };
  return binding.open ? { kind: "layer", layer } : applyLayer(frameAt(frame, expression.span), layer, []);
}

/**
 * Calls the value of a name: a `layer`, or the block that a parameter was given, which receives those named arguments
 * that it declares.
 */
function callLayer(frame: Frame, expression: CallExpression, layer: LayerValue, use: "apply" | "layer"): Value {
  const streams: StreamArgument[] = [];
  const named = new Map<string, { readonly value: Value; readonly at: Span }>();
  for (const argument of expression.arguments) {
    const value = evaluate(frame, argument.value);
    if (value.kind === "poison") return poison;
    if (argument.name) named.set(argument.name.name, { value, at: argument.span });
    else streams.push({ value, at: argument.span });
  }
  if (use === "layer" || (streams.length === 0 && !named.has("x")))
    return { kind: "layer", layer: withNamed(layer, named, streams) };
  return applyLayer(frameAt(frame, expression.span), layer, streams, { named });
}

function withNamed(layer: LayerValue, named: NamedArguments, streams: readonly StreamArgument[]): LayerValue {
  return named.size === 0 && streams.length === 0 ? layer : { kind: "given", of: layer, named, streams };
}

/**
 * The layer that a name in callee position refers to. Options may have the name of a block, so other values are
 * ignored.
 */
export function calleeLayer(frame: Frame, expression: NameExpression): LayerValue | undefined {
  const local = localLayer(frame, expression.name);
  if (local) return namedAt(frame, local, expression);
  const symbol = frame.elaboration.references.nameOf(expression).callee?.declaration;
  if (symbol?.kind === "Block") return blockLayer(frame, symbol, expression);
  if (symbol?.kind !== "Layer") return undefined;
  const value = symbolValue(frame, symbol, expression.span);
  return value.kind === "layer" ? value.layer : undefined;
}

/** A bare block name: a layer value with its defaults. */
export function blockLayer(frame: Frame, block: BlockDeclaration, expression: NameExpression): LayerValue {
  return {
    kind: "partial",
    callable: callableOf(frame.elaboration, block),
    bound: new Map(),
    segment: frame.sites.get(expression),
  };
}

/** A layer that came through a block parameter is named after the parameter. */
export function namedAt(frame: Frame, layer: LayerValue, site: NameExpression | CallExpression): LayerValue {
  const segment = frame.sites.get(site);
  return segment === undefined ? layer : { kind: "named", of: layer, segment };
}

function localLayer(frame: Frame, name: string): LayerValue | undefined {
  const local = lookUp(frame.locals, name);
  return local?.kind === "layer" ? local.layer : undefined;
}

function reportCallee(frame: Frame, callee: NameExpression): void {
  const { name, span } = callee;
  const local = lookUp(frame.locals, name);
  const { bound, scope } = frame.elaboration.references.nameOf(callee);
  if (local?.kind === "poison") return;
  if (local) report(frame, "not_callable", span, { name, found: describe(local) });
  else if (bound?.kind === "declaration")
    report(frame, "not_callable", span, { name, found: `a ${bound.declaration.kind.toLowerCase()}` });
  else
    report(frame, "unknown_name", span, {
      name,
      ...meantBy(name, namesIn(scope, frame.elaboration.references.prelude)),
    });
}
