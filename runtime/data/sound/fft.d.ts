declare module "fft.js" {
  /** Creates a transform for `size` numbers, a power of two. */
  export default class FFT {
    constructor(size: number);
    createComplexArray(): number[];
    /** Writes the first half of the spectrum as pairs of real and imaginary parts. */
    realTransform(output: number[], input: ArrayLike<number>): void;
  }
}
