/**
 * Weighted sums of squares and products about the means, in one pass (West, 1979; Chan et al., 1983, eq. 2.1 for the
 * product).
 */
export class Moments {
  rows = 0;
  #weight = 0;
  #meanX = 0;
  #meanY = 0;
  squaresX = 0;
  squaresY = 0;
  products = 0;

  add(x: number, y: number, weight: number): void {
    this.rows++;
    this.#weight += weight;
    const fromX = x - this.#meanX;
    const fromY = y - this.#meanY;
    this.#meanX += (weight / this.#weight) * fromX;
    this.#meanY += (weight / this.#weight) * fromY;
    this.squaresX += weight * fromX * (x - this.#meanX);
    this.squaresY += weight * fromY * (y - this.#meanY);
    this.products += weight * fromX * (y - this.#meanY);
  }

  /** Pearson's r; NaN where a side is constant. */
  correlation(): number {
    const spread = Math.sqrt(this.squaresX) * Math.sqrt(this.squaresY);
    return spread === 0 ? Number.NaN : Math.max(-1, Math.min(1, this.products / spread));
  }
}
