/** Sums of squares and products about the means, in one pass (Welford, 1962; Chan et al., 1983, eq. 2.1 for the product). */
export class Moments {
  count = 0;
  #meanX = 0;
  #meanY = 0;
  squaresX = 0;
  squaresY = 0;
  products = 0;

  add(x: number, y: number): void {
    this.count++;
    const fromX = x - this.#meanX;
    const fromY = y - this.#meanY;
    this.#meanX += fromX / this.count;
    this.#meanY += fromY / this.count;
    this.squaresX += fromX * (x - this.#meanX);
    this.squaresY += fromY * (y - this.#meanY);
    this.products += fromX * (y - this.#meanY);
  }

  /** Pearson's r; NaN where a side is constant. */
  correlation(): number {
    const spread = Math.sqrt(this.squaresX) * Math.sqrt(this.squaresY);
    return spread === 0 ? Number.NaN : Math.max(-1, Math.min(1, this.products / spread));
  }
}
