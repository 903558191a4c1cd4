import type { ResolvedPictureAugmentation } from "../../../compiler/schema/resolved.ts";
import type { Generator } from "../../random/generator.ts";

/**
 * Pixels of one picture, `uint8 [height, width, channels]`. Where the number of channels is even, the last one is
 * opacity.
 */
export interface Pixels {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export interface PictureSettings {
  /** The colour outside of a picture. */
  readonly background: "white" | "black";
}

/** The source of the random numbers of a change. */
export type Draws = Pick<Generator, "uniform" | "below" | "permutation">;

/** Changes a picture in place. */
export type PictureChange = (pixels: Pixels) => void;

/**
 * Draws a change for one example, to be applied to all of its pictures, such as the frames of a video. `undefined`
 * leaves them unchanged.
 */
export type DrawChange<Kind extends ResolvedPictureAugmentation["kind"]> = (
  augmentation: Extract<ResolvedPictureAugmentation, { readonly kind: Kind }>,
  random: Draws,
  settings: PictureSettings,
) => PictureChange | undefined;
