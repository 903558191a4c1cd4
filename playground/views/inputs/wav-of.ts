/** A recording, in whatever format the browser makes, as a WAV file of one channel with 16 bits: a format that models read. */
export async function wavOf(recording: ArrayBuffer): Promise<ArrayBuffer> {
  const context = new AudioContext();
  try {
    const sound = await context.decodeAudioData(recording);
    return encoded(mixed(sound), sound.sampleRate);
  } finally {
    await context.close();
  }
}

function mixed(sound: AudioBuffer): Float32Array {
  const channels = Array.from({ length: sound.numberOfChannels }, (_, index) => sound.getChannelData(index));
  return Float32Array.from(
    { length: sound.length },
    (_, index) => channels.reduce((sum, channel) => sum + (channel[index] ?? 0), 0) / channels.length,
  );
}

const headerBytes = 44;

function encoded(samples: Float32Array, rate: number): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(headerBytes + 2 * samples.length));
  const text = (at: number, letters: string): void =>
    new TextEncoder().encode(letters).forEach((byte, index) => view.setUint8(at + index, byte));
  text(0, "RIFF");
  view.setUint32(4, view.byteLength - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, index) =>
    view.setInt16(headerBytes + 2 * index, Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), true),
  );
  return view.buffer;
}
