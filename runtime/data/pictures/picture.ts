/** A picture in memory, upright or not: 8 bits a channel, channels side by side. 1 is grey, 2 grey and opacity, 3 red green blue, 4 with opacity. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  readonly data: Uint8Array;
}
