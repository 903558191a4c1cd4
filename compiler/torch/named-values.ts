import type { Value as GraphValue } from "../graph/graph.ts";
import type { Stream, Value } from "../elaborate/value.ts";

/** The tensors of a value of the language, by their names in it: `""` for a stream, `mask` for its mask, `pooled.mask` … */
export function namedTensors(value: Value): ReadonlyMap<GraphValue, string> {
  const named = new Map<GraphValue, string>();
  for (const [name, tensor] of tensorsOf(value)) if (!named.has(tensor)) named.set(tensor, name);
  return named;
}

type Named = readonly [name: string, tensor: GraphValue];

function tensorsOf(value: Value): readonly Named[] {
  switch (value.kind) {
    case "stream":
      return tensorsOfStream(value.stream);
    case "list":
      return value.items.flatMap((item, index) => within(labelOf(item) ?? `${index}`, item));
    case "tuple":
      return value.items.flatMap((item, index) => within(value.names?.[index] ?? `${index}`, item));
    case "record":
      return [...value.fields].flatMap(([name, field]) => within(name, field));
    case "map":
      return [...value.entries].flatMap(([name, entry]) => within(name, entry));
    default:
      return [];
  }
}

function labelOf(value: Value): string | undefined {
  return value.kind === "stream" ? value.stream.label : undefined;
}

function within(name: string, value: Value): readonly Named[] {
  return tensorsOf(value).map(([inner, tensor]) => [inner === "" ? name : `${name}_${inner}`, tensor]);
}

function tensorsOfStream({ value, mask, presence = [], segments, numbers, boxes }: Stream): readonly Named[] {
  const part = (name: string, tensor: GraphValue | undefined): readonly Named[] => (tensor ? [[name, tensor]] : []);
  return [
    ["", value],
    ...part("mask", mask),
    ...presence.flatMap((factor) => part("presence", factor)),
    ...part("segments", segments?.ids),
    ...part("numbers", numbers),
    ...part("boxes", boxes),
  ];
}
