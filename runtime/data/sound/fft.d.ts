declare module "fft.js" {
  /** Transforms of a power of two of numbers. */
  export default class FFT {
    constructor(size: number);
    createComplexArray(): number[];
    /** Writes the first half of the spectrum as pairs of real and imaginary part. */
    realTransform(output: number[], input: ArrayLike<number>): void;
  }
}
