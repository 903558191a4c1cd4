import { Buffer } from "../host/bytes.ts";

/** The bytes of a WAV file of 16 bits a sample, of samples in −1..1; channels of equal length. */
export function wav(channels: readonly ArrayLike<number>[], rate: number): Uint8Array {
  const [length, frame] = [channels[0]?.length ?? 0, 2 * channels.length];
  const bytes = Buffer.alloc(44 + length * frame);
  bytes.write("RIFF", 0, "latin1");
  bytes.writeUInt32LE(36 + length * frame, 4);
  bytes.write("WAVEfmt ", 8, "latin1");
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(channels.length, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * frame, 28);
  bytes.writeUInt16LE(frame, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36, "latin1");
  bytes.writeUInt32LE(length * frame, 40);
  for (const [index, channel] of channels.entries()) {
    for (let at = 0; at < length; at++)
      bytes.writeInt16LE(
        Math.max(-32768, Math.min(32767, Math.round((channel[at] ?? 0) * 32768))),
        44 + at * frame + 2 * index,
      );
  }
  return bytes;
}
