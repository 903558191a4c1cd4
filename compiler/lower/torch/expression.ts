/** The strength with which a Python expression binds, weakest first. */
export const precedence = { comparison: 0, sum: 1, product: 2, sign: 3, atom: 4 } as const;

/** A Python expression. Numbers in it may be slots (`slots.ts`), whose values are known later. */
export interface Expression {
  readonly text: string;
  readonly precedence: number;
  /** Present where the expression is a number and not a tensor. */
  readonly number?: true;
}

export function atom(text: string): Expression {
  return { text, precedence: precedence.atom };
}

/** The text of an expression as an operand of an operator with this precedence. */
export function operand({ text, precedence: own }: Expression, least: number): string {
  return own >= least ? text : `(${text})`;
}

/** A method call on the expression: `x.softmax(dim=-1)`. */
export function method(x: Expression, name: string, ...given: readonly string[]): Expression {
  return atom(`${operand(asTensor(x), precedence.atom)}.${name}(${given.join(", ")})`);
}

/** A call of a function: `torch.where(a, b, c)`. */
export function called(name: string, ...given: readonly string[]): Expression {
  return atom(`${name}(${given.join(", ")})`);
}

/** An expression whose value is a tensor: a number as one without axes. */
export function asTensor(x: Expression): Expression {
  return x.number ? called("torch.tensor", x.text) : x;
}
