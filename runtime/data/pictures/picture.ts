/**
 * A picture in memory, upright or not, with interleaved channels of 8 bits. `channels` is 1 for grey, 2 for grey and
 * opacity, 3 for RGB, 4 for RGB and opacity.
 */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  readonly data: Uint8Array;
}
