import { UserError } from "../../user-error.ts";
import { beyondLimit, limitOf } from "../limits.ts";
import { checkPart } from "./part-limit.ts";
import type { PieceReader } from "./piece-reader.ts";
import type { TableSource } from "./table.ts";

/** A file in an archive. */
export interface TarMember {
  readonly name: string;
  /** A copy of its content. */
  readonly bytes: Uint8Array;
}

const blockBytes = 512;

/** The offset and length in bytes of each field of a header. */
const fields = {
  name: [0, 100],
  size: [124, 12],
  checksum: [148, 8],
  type: [156, 1],
  magic: [257, 5],
  prefix: [345, 155],
} as const;

/**
 * The files of a tar archive in order: ustar (POSIX.1-1988) with the long names of pax (POSIX.1-2001) and of GNU tar.
 * Folders and links are skipped. Throws a `UserError` if the archive is incomplete.
 */
export async function* tarMembers(
  source: Pick<TableSource, "file" | "partBytes">,
  reader: PieceReader,
): AsyncGenerator<TarMember> {
  const { file } = source;
  let longName: string | undefined;
  for (;;) {
    const block = await reader.take(blockBytes);
    // Two empty blocks end an archive; some writers omit them.
    if (block === undefined || block.every((byte) => byte === 0)) return;
    const header = readHeader(file, Uint8Array.from(block));
    if (header.size > limitOf("bytes")) throw notWhole(file, `${header.name} has ${beyondLimit("bytes", "bytes")}`);
    checkPart(source, "one member", header.size);
    const content = await reader.take(Math.ceil(header.size / blockBytes) * blockBytes);
    if (content === undefined) throw notWhole(file, `it ends within ${longName ?? header.name}`);
    const bytes = Uint8Array.from(content.subarray(0, header.size));
    if (header.type === "L") longName = textOf(bytes);
    else if (header.type === "x") longName = paxPath(textOf(bytes)) ?? longName;
    else {
      if (header.type === "0" || header.type === "" || header.type === "7")
        yield { name: longName ?? header.name, bytes };
      longName = undefined;
    }
  }
}

interface TarHeader {
  readonly name: string;
  readonly size: number;
  readonly type: string;
}

function readHeader(file: string, block: Uint8Array): TarHeader {
  const text = (field: keyof typeof fields): string => {
    const [start, length] = fields[field];
    return textOf(block.subarray(start, start + length));
  };
  const [sumAt, sumLength] = fields.checksum;
  // The checksum counts its own field as spaces.
  const sum = block.reduce((total, byte, at) => total + (at >= sumAt && at < sumAt + sumLength ? 0x20 : byte), 0);
  if (Number.parseInt(text("checksum"), 8) !== sum) throw notWhole(file, "a header has another checksum than it says");
  const prefix = text("magic") === "ustar" ? text("prefix") : "";
  return { name: prefix === "" ? text("name") : `${prefix}/${text("name")}`, size: sizeOf(block), type: text("type") };
}

/**
 * A size in octal digits or, if the first bit is set, as a binary number, which GNU tar writes for sizes beyond 8 GiB.
 */
function sizeOf(block: Uint8Array): number {
  const [start, length] = fields.size;
  const bytes = block.subarray(start, start + length);
  const [first = 0, ...others] = bytes;
  return first >= 0x80
    ? others.reduce((size, byte) => size * 256 + byte, first & 0x7f)
    : Number.parseInt(textOf(bytes).trim() || "0", 8);
}

/** Decodes text up to the first zero byte. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** The path among the records of a pax header, such as `27 path=folder/name.txt`; `undefined` if there is none. */
function paxPath(records: string): string | undefined {
  return /^\d+ path=(.*)$/m.exec(records)?.[1];
}

function notWhole(file: string, reason: string): UserError {
  return new UserError(
    "data",
    `${file} cannot be read as a tar archive: ${reason}.`,
    "Look whether the file is whole; it may be compressed by gzip, as .tar.gz.",
  );
}
