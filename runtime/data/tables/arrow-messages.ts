import { UserError } from "../../user-error.ts";
import { beyondLimit, limitOf } from "../limits.ts";
import { checkPart } from "./part-limit.ts";
import type { PieceReader } from "./piece-reader.ts";
import type { TableSource } from "./table.ts";

type PartSource = Pick<TableSource, "file" | "partBytes">;

/** A complete message of Arrow IPC. */
export interface ArrowMessage {
  readonly kind: "schema" | "dictionary" | "records" | "other";
  /** A copy of the message, with its length before it and its body after it. */
  readonly bytes: Uint8Array;
}

/** `MessageHeader` of Arrow's `Message.fbs`. */
const kinds: readonly ArrowMessage["kind"][] = ["other", "schema", "dictionary", "records"];

const fileMark = "ARROW1";
/** A file begins with its magic bytes, padded to a multiple of eight. */
const fileHead = 8;
/** The marker at the start of each message since Arrow 0.15. */
const continuation = 0xffffffff;

/** The messages of Arrow IPC in order, from a stream or a file. The footer of a file is ignored. */
export async function* arrowMessages(table: PartSource, reader: PieceReader): AsyncGenerator<ArrowMessage> {
  const ending = (): Error => new Error("it ends early");
  let word = await reader.take(4);
  const isFile = word !== undefined && textOf(word) === fileMark.slice(0, 4);
  if (isFile) {
    const rest = await reader.take(fileHead - 4);
    if (rest === undefined || !fileMark.endsWith(textOf(rest.subarray(0, 2)))) throw ending();
    word = await reader.take(4);
  }
  let isModern = false;
  for (; word !== undefined; word = await reader.take(4)) {
    const isMarked = uint32(word) === continuation;
    // A file without an end-of-stream marker has its footer here, which has no marker.
    if (isModern && !isMarked) break;
    isModern ||= isMarked;
    const length = isMarked ? await reader.take(4) : word;
    if (length === undefined) throw ending();
    const headLength = uint32(length);
    if (headLength === 0) break;
    const head = await takeOwn(table, reader, headLength);
    const { kind, bodyLength } = headOf(head);
    yield { kind, bytes: messageOf(head, await takeOwn(table, reader, bodyLength)) };
  }
  if (isFile && !(await endsWith(reader, fileMark))) throw ending();
}

async function takeOwn(table: PartSource, reader: PieceReader, length: number): Promise<Uint8Array> {
  if (length > limitOf("bytes"))
    throw new UserError(
      "data",
      `${table.file} has a message of ${beyondLimit("bytes", "bytes")}.`,
      "Write it with fewer rows in a batch.",
    );
  checkPart(table, "one batch", length);
  const bytes = await reader.take(length);
  if (bytes === undefined) throw new Error("it ends early");
  return Uint8Array.from(bytes);
}

/** The kind of a message and the length of its body, from the FlatBuffers table in its header. */
function headOf(head: Uint8Array): { readonly kind: ArrowMessage["kind"]; readonly bodyLength: number } {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const table = view.getUint32(0, true);
  const offsets = table - view.getInt32(table, true);
  const known = view.getUint16(offsets, true);
  const fieldAt = (field: number): number | undefined => {
    const offset = field < known ? view.getUint16(offsets + field, true) : 0;
    return offset === 0 ? undefined : table + offset;
  };
  const [kindAt, bodyAt] = [fieldAt(6), fieldAt(10)];
  return {
    kind: (kindAt === undefined ? undefined : kinds[view.getUint8(kindAt)]) ?? "other",
    bodyLength: bodyAt === undefined ? 0 : Number(view.getBigInt64(bodyAt, true)),
  };
}

function messageOf(head: Uint8Array, body: Uint8Array): Uint8Array {
  const message = new Uint8Array(fileHead + head.length + body.length);
  const view = new DataView(message.buffer);
  view.setUint32(0, continuation, true);
  view.setUint32(4, head.length, true);
  message.set(head, fileHead);
  message.set(body, fileHead + head.length);
  return message;
}

async function endsWith(reader: PieceReader, mark: string): Promise<boolean> {
  let last = "";
  for (let byte = await reader.take(1); byte !== undefined; byte = await reader.take(1))
    last = (last + textOf(byte)).slice(-mark.length);
  return last === mark;
}

function uint32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}

function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
