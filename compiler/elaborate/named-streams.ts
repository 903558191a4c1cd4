import type { NamedStream } from "../stage/plan.ts";
import type { Elaboration } from "./elaboration.ts";
import type { Stream, Value } from "./value.ts";

export interface ElaboratedStream extends NamedStream {
  readonly stream: Stream;
}

/**
 * The modalities, streams and fusions that a task reaches, by name; if one has several results, each of them:
 * `both.words` of a fusion, `layers.0` of a list.
 */
export function namedStreams({ made }: Pick<Elaboration, "made">): readonly ElaboratedStream[] {
  return [...made].flatMap(([symbol, value]) => {
    const isStream = symbol.kind === "Modality" || symbol.kind === "Stream" || symbol.kind === "Fusion";
    return isStream && value ? streamsIn(value, symbol.name.name) : [];
  });
}

function streamsIn(value: Value, name: string): readonly ElaboratedStream[] {
  switch (value.kind) {
    case "stream":
      return [{ name, kind: value.stream.kind, batch: value.stream.batch, stream: value.stream }];
    case "record":
      return [...value.fields].flatMap(([field, item]) => streamsIn(item, `${name}.${field}`));
    case "list":
      return value.items.flatMap((item, index) => streamsIn(item, `${name}.${index}`));
    case "tuple":
      return value.items.flatMap((item, index) => streamsIn(item, `${name}.${value.names?.[index] ?? index}`));
    default:
      return [];
  }
}
