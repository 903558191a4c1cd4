import { at } from "../at.ts";
import { type Expression, asTensor, operand, precedence } from "./expression.ts";
import type { TorchLowering } from "./lowering.ts";

function transposed(x: Expression): Expression {
  return { text: `${operand(asTensor(x), precedence.atom)}.mT`, precedence: precedence.atom };
}

export const linearAlgebra: { readonly [Op in "matmul"]: TorchLowering<Op> } = {
  matmul: ({ node, inputs, number }) => {
    const { transpose_a: turnsA, transpose_b: turnsB, scale } = node.attributes;
    const [a, b] = [at(inputs, 0), at(inputs, 1)];
    const left = operand(turnsA ? transposed(a) : a, precedence.product);
    const right = operand(turnsB ? transposed(b) : b, precedence.sign);
    const product = `${left} @ ${right}`;
    return {
      text: scale === 1 ? product : `${product} * ${number(scale, "scale")}`,
      precedence: precedence.product,
    };
  },
};
