import * as fc from "fast-check";
import { modalities } from "../../compiler/schema/modalities.ts";
import { schema } from "../../compiler/schema/schema.ts";
import type { CallableTable, OptionTable, ValueType } from "../../compiler/schema/types.ts";

const name = fc.stringMatching(/^[a-z]{1,6}$/);

/** Any resolved value of a type. */
export function valueOf(type: ValueType): fc.Arbitrary<unknown> {
  return (values[type.kind] as (type: ValueType) => fc.Arbitrary<unknown>)(type);
}

const values: {
  readonly [Kind in ValueType["kind"]]: (type: Extract<ValueType, { kind: Kind }>) => fc.Arbitrary<unknown>;
} = {
  int: ({ min = -10, max = min + 100 }) => fc.integer({ min, max }),
  number: ({ min = -10, max = min + 100 }) => fc.double({ min, max, noNaN: true, noDefaultInfinity: true }),
  rate: () => fc.double({ min: 0, max: 1, noNaN: true }),
  duration: () => fc.record({ unit: fc.constantFrom("steps", "share"), value: fc.nat() }),
  part: () => fc.record({ unit: fc.constantFrom("rows", "share"), value: fc.integer({ min: 1 }) }),
  bool: () => fc.boolean(),
  string: () => fc.string(),
  one_of: ({ options }) => fc.constantFrom(...options),
  list: ({ element }) => fc.array(valueOf(element), { maxLength: 3 }),
  map: ({ value }) => fc.dictionary(name, valueOf(value), { maxKeys: 3 }),
  ordered_map: ({ value }) => fc.array(fc.tuple(fc.string(), valueOf(value)), { maxLength: 3 }),
  either: ({ types }) => fc.oneof(...types.map(valueOf)),
  // Created on drawing, since a member may contain a call of its own family, as a sampler does that wraps another.
  call: ({ family }) => fc.constant(null).chain(() => callOf(schema.families[family])),
  name: () => name,
  pattern: () => fc.record({ include: fc.array(name), except: fc.array(name) }),
  any: () => fc.jsonValue(),
  stream: () => fc.constant(undefined),
};

/** Any resolved call of a member of a family. */
export function callOf(table: CallableTable): fc.Arbitrary<object> {
  return fc.oneof(
    ...Object.entries(table).map(([kind, { options }]) => optionsOf(options).map((rest) => ({ kind, ...rest }))),
  );
}

/** Values for what is required or has a default, and perhaps for the rest. */
export function optionsOf(options: OptionTable): fc.Arbitrary<object> {
  const resolved = Object.entries(options).filter(([, { type }]) => type.kind !== "stream");
  const requiredKeys = resolved
    .filter(([, option]) => option.required === true || option.default !== undefined)
    .map(([key]) => key);
  return fc.record(Object.fromEntries(resolved.map(([key, { type }]) => [key, valueOf(type)])), {
    requiredKeys,
    noNullPrototype: true,
  });
}

export function specification(): fc.Arbitrary<object> {
  const { task, dataset, stage } = schema.declarations;
  const { metric } = schema.families;
  const declared = (value: fc.Arbitrary<object>): fc.Arbitrary<unknown> =>
    fc.dictionary(name, value, { minKeys: 1, maxKeys: 2, noNullPrototype: true });
  const { split: _split, columns: _columns, ...datasetRest } = dataset as OptionTable;
  const { metrics: _metrics, ...taskRest } = task as OptionTable;
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  return fc.record({
    language: fc.constant(1),
    model: fc.record({ name, title: fc.string(), doc: fc.string() }, { requiredKeys: ["name"], noNullPrototype: true }),
    params: fc.dictionary(name, fc.jsonValue(), { noNullPrototype: true }),
    modalities: declared(
      fc
        .tuple(callOf(modalities), fc.record({ like: name }, { requiredKeys: [], noNullPrototype: true }))
        .map(([call, like]) => ({ ...call, ...like })),
    ),
    tasks: declared(
      join(taskRest, {
        name,
        metrics: fc.array(callOf(metric), { maxLength: 2 }),
        inputs: fc.array(fc.record({ modality: name, optional: fc.boolean() }), { maxLength: 2 }),
      }),
    ),
    datasets: declared(
      join(datasetRest, {
        name,
        columns: fc.dictionary(name, fc.oneof(fc.string(), fc.array(fc.string()))),
        split: fc.oneof(
          fc.record(
            { kind: fc.constant("shares"), train: share, validation: share, test: share, group: fc.string() },
            { requiredKeys: ["kind", "train", "validation", "test"] },
          ),
          fc.record({ kind: fc.constant("column"), column: fc.string() }),
          fc.record({ kind: fc.constant("files"), validation: share }),
        ),
      }),
    ),
    stages: fc.array(join(stage, { name }), { minLength: 1, maxLength: 2 }),
  });
}

function join(options: OptionTable, more: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<object> {
  return fc.tuple(optionsOf(options), fc.record(more)).map(([left, right]) => ({ ...left, ...right }));
}
