/**
 * A FLAC file of 16 bits a sample whose frames hold the samples as they are: one channel, verbatim subframes (RFC 9639,
 * §§8–9).
 */
export function flac(samples: readonly number[], rate: number): Uint8Array {
  const block = 4096;
  const info = [
    ...big(block, 2),
    ...big(block, 2),
    0,
    0,
    0,
    0,
    0,
    0,
    ...bits([
      [rate, 20],
      [0, 3],
      [15, 5],
      [0, 4],
      [samples.length, 32],
    ]),
    ...Array.from({ length: 16 }, () => 0),
  ];
  const frames = Array.from({ length: Math.ceil(samples.length / block) }, (_, index) =>
    frame(samples.slice(index * block, (index + 1) * block), index, rate),
  ).flat();
  return Uint8Array.from([0x66, 0x4c, 0x61, 0x43, 0x80, 0, 0, info.length, ...info, ...frames]);
}

function frame(samples: readonly number[], number: number, rate: number): readonly number[] {
  // The header says that the block size is fixed, that length and rate follow in 16 bits each, and that there is one
  // channel of 16 bits. The library does not find a rate that only the header of the stream has.
  const head = [0xff, 0xf8, 0x7d, 0x08, number, ...big(samples.length - 1, 2), ...big(rate, 2)];
  const header = [...head, remainder(head, 8, 0x07)];
  const body = [...header, 0x02, ...samples.flatMap((sample) => big(Math.round(sample * 32767) & 0xffff, 2))];
  return [...body, ...big(remainder(body, 16, 0x8005), 2)];
}

function big(value: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => Math.floor(value / 256 ** (count - 1 - index)) % 256);
}

function bits(fields: readonly (readonly [value: number, width: number])[]): readonly number[] {
  const text = fields.map(([value, width]) => value.toString(2).padStart(width, "0")).join("");
  return Array.from({ length: text.length / 8 }, (_, index) =>
    Number.parseInt(text.slice(8 * index, 8 * index + 8), 2),
  );
}

/** A cyclic redundancy check of `width` bits. */
function remainder(bytes: readonly number[], width: 8 | 16, polynomial: number): number {
  const [top, most] = [1 << (width - 1), (1 << width) - 1];
  return bytes.reduce((state, byte) => {
    let next = state ^ (byte << (width - 8));
    for (let bit = 0; bit < 8; bit++) next = (next & top ? (next << 1) ^ polynomial : next << 1) & most;
    return next;
  }, 0);
}
