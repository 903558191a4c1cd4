/**
 * The part of WebAssembly with 128-bit vectors (core specification 2.0, §5) that a loop over float32 needs, as bytes.
 */
export type Code = readonly number[];

export const type = { i32: 0x7f, f32: 0x7d, v128: 0x7b } as const;

export const local = {
  get: (index: number): Code => [0x20, ...unsigned(index)],
  set: (index: number): Code => [0x21, ...unsigned(index)],
};

export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  add: [0x6a],
  subtract: [0x6b],
  lessThan: [0x49],
} as const;

export const v128 = {
  /** Loads from the address on the stack plus `offset`. */
  load: (offset: number): Code => vector(0, 4, ...unsigned(offset)),
  store: (offset: number): Code => vector(11, 4, ...unsigned(offset)),
  ofInt32: (lanes: readonly [number, number, number, number]): Code =>
    vector(12, ...new Uint8Array(Int32Array.from(lanes).buffer)),
  ofFloat32: (value: number): Code => vector(12, ...new Uint8Array(new Float32Array(4).fill(value).buffer)),
  /** Moves lanes 2 and 3 to the front. */
  upperHalf: vector(13, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15),
  not: vector(77),
  and: vector(78),
  or: vector(80),
  /** select(mask, a, b), with operands on the stack in the order a, b, mask. */
  select: vector(82),
} as const;

export const i32x4 = { splat: vector(17), greaterThan: vector(59) } as const;

export const f32x4 = {
  splat: vector(19),
  equal: vector(65),
  notEqual: vector(66),
  less: vector(67),
  greater: vector(68),
  lessEqual: vector(69),
  greaterEqual: vector(70),
  abs: vector(224),
  negate: vector(225),
  sqrt: vector(227),
  add: vector(228),
  subtract: vector(229),
  multiply: vector(230),
  divide: vector(231),
  minimum: vector(232),
  maximum: vector(233),
} as const;

export const f64x2 = { ofLowerFloat32: vector(95), add: vector(240) } as const;

/** Runs `body` again as long as it leaves a number other than 0. */
export function loop(body: Code): Code {
  return [0x03, 0x40, ...body, 0x0d, 0x00, 0x0b];
}

export interface WasmFunction {
  readonly parameters: readonly number[];
  readonly locals: readonly number[];
  readonly body: Code;
}

/** Magic number and version. */
const HEADER: Code = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** A module that imports `host.memory` and exports `run`, which returns nothing. */
export function moduleOf({ parameters, locals, body }: WasmFunction): Uint8Array<ArrayBuffer> {
  const memory = [...text("host"), ...text("memory"), 0x02, 0x00, ...unsigned(1)];
  const code = [...list(locals.map((each) => [1, each])), ...body, 0x0b];
  return Uint8Array.from([
    ...HEADER,
    ...section(1, [[0x60, ...list(parameters.map((each) => [each])), 0]]),
    ...section(2, [memory]),
    ...section(3, [[0]]),
    ...section(7, [[...text("run"), 0x00, 0]]),
    ...section(10, [[...unsigned(code.length), ...code]]),
  ]);
}

function vector(opcode: number, ...immediate: readonly number[]): Code {
  return [0xfd, ...unsigned(opcode), ...immediate];
}

function section(id: number, entries: readonly Code[]): Code {
  const content = list(entries);
  return [id, ...unsigned(content.length), ...content];
}

function list(entries: readonly Code[]): Code {
  return [...unsigned(entries.length), ...entries.flat()];
}

function text(characters: string): Code {
  return list([...new TextEncoder().encode(characters)].map((byte) => [byte]));
}

/** LEB128. */
function unsigned(value: number): Code {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function signed(value: number): Code {
  return value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)];
}
