import type { FileMetaData, SchemaElement } from "hyparquet";

/** The columns whose cells are decimals, or lists of them, with the number of digits after the point. */
export type DecimalScales = ReadonlyMap<string, number>;

/**
 * The same metadata, changed so that the library returns decimals as stored integers. If they were doubles, different
 * long decimals would become equal.
 */
export function withStoredDecimals(metadata: FileMetaData): {
  readonly metadata: FileMetaData;
  readonly scales: DecimalScales;
} {
  const scales = new Map<string, number>();
  const schema = [...metadata.schema];
  for (let at = 1; at < schema.length;) {
    const end = endOfColumn(schema, at);
    const leaves = schema.slice(at, end).filter((element) => element.type !== undefined);
    const [scale, ...others] = new Set(leaves.map((leaf) => (isDecimal(leaf) ? (leaf.scale ?? 0) : undefined)));
    const name = schema[at]?.name;
    if (name !== undefined && scale !== undefined && others.length === 0) {
      scales.set(name, scale);
      for (let place = at; place < end; place++) schema[place] = asStored(schema[place] ?? { name });
    }
    at = end;
  }
  return { metadata: scales.size === 0 ? metadata : { ...metadata, schema }, scales };
}

/** The index after a column's elements. An element of a schema comes before its children. */
function endOfColumn(schema: readonly SchemaElement[], at: number): number {
  let end = at + 1;
  for (let child = 0; child < (schema[at]?.num_children ?? 0); child++) end = endOfColumn(schema, end);
  return end;
}

function isDecimal({ converted_type, logical_type }: SchemaElement): boolean {
  return converted_type === "DECIMAL" || logical_type?.type === "DECIMAL";
}

function asStored(element: SchemaElement): SchemaElement {
  if (!isDecimal(element)) return element;
  const { converted_type: _converted, logical_type: _logical, ...stored } = element;
  return stored;
}
