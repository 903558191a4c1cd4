import type { OpAttributes } from "../attributes.ts";
import type { Expressions } from "../expressions.ts";
import type { Value } from "../graph.ts";
import type { Slope } from "./unary.ts";

/**
 * The derivative of GELU (Hendrycks & Gimpel, 2016) in few passes over memory: a pass over the hidden layer of a
 * feed-forward block costs about a millisecond, and this is the widest tensor of a transformer.
 */
export const geluGradient: { [Form in OpAttributes["gelu"]["approximation"]]: (e: Expressions, at: Slope) => Value } = {
  // With u = x/√2: y′ = ½·(1 + erf(u) + u ∕ exp(u² + ln(√π/2))). If the exponential overflows, the quotient is 0, which
  // is right. The factor ½ is applied to dy, where a matmul before it absorbs it, and 1 + erf(u) is shared with the
  // forward pass (`shareGeluErf`).
  none: (e, { x, dy }) => {
    const u = e.multiply(x, Math.SQRT1_2);
    const density = e.divide(u, e.exp(e.add(e.multiply(u, u), Math.log(Math.sqrt(Math.PI) / 2))));
    return e.multiply(e.multiply(dy, 0.5), e.add(e.add(e.erf(u), 1), density));
  },
  // y = x·σ(v) with v = 2√(2/π)·(x + 0.044715·x³), so y′ = σ + y·(1 − σ)·v′.
  tanh: (e, { x, y, dy }) => {
    const linear = 2 * Math.sqrt(2 / Math.PI);
    const cubic = linear * 0.044715;
    const square = e.multiply(x, x);
    const gate = e.sigmoid(e.multiply(x, e.add(e.multiply(square, cubic), linear)));
    const slope = e.add(e.multiply(square, 3 * cubic), linear);
    return e.multiply(dy, e.add(gate, e.multiply(e.multiply(y, e.subtract(1, gate)), slope)));
  },
};
