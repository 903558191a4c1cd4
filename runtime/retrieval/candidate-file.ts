import { type StoredTensor, readSafetensors, writeSafetensors } from "../checkpoint/safetensors.ts";
import { UserError } from "../user-error.ts";
import type { PreparedCandidates } from "./prepared-candidates.ts";
import type { Candidate } from "./ranked-candidate.ts";

/** The vectors that a file holds are of this modality, by the weights of this digest. */
export interface VectorsOrigin {
  readonly task: string;
  readonly modality: string;
  /** A SHA-256 of all that the vectors depend on. */
  readonly digest: string;
}

const format = "mtl.candidates";
const version = "1";

/**
 * Writes candidates atomically as a safetensors file: `vectors` [candidates × width], and `rows`, the UTF-8 of one JSON
 * object for each candidate and line.
 */
export async function writeCandidates(
  path: string,
  { rows, prepared }: PreparedCandidates<Float32Array>,
  { task, modality, digest }: VectorsOrigin,
): Promise<void> {
  const width = prepared[0]?.length ?? 0;
  const vectors = new Float32Array(rows.length * width);
  for (const [at, vector] of prepared.entries()) vectors.set(vector, at * width);
  const lines = new TextEncoder().encode(rows.map(({ index: _index, ...row }) => `${JSON.stringify(row)}\n`).join(""));
  await writeSafetensors(path, {
    tensors: new Map<string, StoredTensor>([
      ["vectors", { dtype: "F32", shape: [rows.length, width], data: vectors }],
      ["rows", { dtype: "U8", shape: [lines.length], data: lines }],
    ]),
    metadata: new Map(Object.entries({ format, version, task, modality, digest })),
  });
}

/** Candidates that were written, with their origin. Throws `UserError` if the file is none of candidates. */
export async function openCandidates(
  path: string,
): Promise<PreparedCandidates<Float32Array> & { readonly origin: VectorsOrigin }> {
  const { tensors, metadata } = await readSafetensors(path);
  const [vectors, lines] = [tensors.get("vectors"), tensors.get("rows")];
  const [task = "", modality = "", digest = ""] = ["task", "modality", "digest"].map((key) => metadata.get(key));
  if (metadata.get("format") !== format || vectors?.dtype !== "F32" || lines?.dtype !== "U8")
    throw new UserError(
      "data",
      `${path} does not hold candidates.`,
      "Name a table, or a file that --index has written.",
    );
  if (metadata.get("version") !== version)
    throw new UserError(
      "data",
      `${path} was written by another version of mtl.`,
      "Write it again from its table, with --index.",
    );
  const rows = rowsOf(path, lines.data);
  const [count = 0, width = 0] = vectors.shape;
  if (vectors.shape.length !== 2 || count !== rows.length || count === 0)
    throw damagedCandidates(path, `${count} vectors of ${rows.length} rows`);
  const prepared = rows.map((_, at) => vectors.data.subarray(at * width, (at + 1) * width));
  return { rows, prepared, origin: { task, modality, digest } };
}

function rowsOf(path: string, bytes: Uint8Array): readonly Candidate[] {
  try {
    return new TextDecoder("utf-8", { fatal: true })
      .decode(bytes)
      .split("\n")
      .filter((line) => line !== "")
      .map((line, index): Candidate => {
        const { columns, file, row } = JSON.parse(line) as Partial<Candidate>;
        return {
          index,
          ...(typeof file === "string" ? { file } : {}),
          ...(typeof row === "number" ? { row } : {}),
          columns: typeof columns === "object" ? { ...columns } : {},
        };
      });
  } catch {
    throw damagedCandidates(path, "rows that are not JSON");
  }
}

function damagedCandidates(path: string, found: string): UserError {
  return new UserError("data", `${path} is damaged: it has ${found}.`, "Write it again from its table, with --index.");
}
