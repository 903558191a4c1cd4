import type { OpAttributes } from "../attributes.ts";
import { type Expressions, expressions } from "../expressions.ts";
import { type TensorType, type Value, sameShape, sizeOf } from "../graph.ts";
import { followsEach } from "./axes.ts";
import type { GradientRule, OpDefinition } from "./op.ts";
import { FLOAT, commonDType, dimension, operands } from "./operands.ts";
import { ShapeMismatch } from "./shape-mismatch.ts";

interface Product {
  readonly leading: readonly number[];
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

function productOf(inputs: readonly TensorType[], { transpose_a, transpose_b }: OpAttributes["matmul"]): Product {
  const [a, b] = operands("matmul", inputs, 2);
  const leading = a.shape.slice(0, -2);
  const shared = b.shape.length === 2;
  if (!shared && !sameShape(leading, b.shape.slice(0, -2)))
    throw new ShapeMismatch("matmul", inputs, "the leading dimensions differ");
  const inner = dimension("matmul", a, transpose_a ? -2 : -1);
  if (inner !== dimension("matmul", b, transpose_b ? -1 : -2))
    throw new ShapeMismatch("matmul", inputs, "the inner dimensions differ");
  return {
    leading,
    rows: dimension("matmul", a, transpose_a ? -1 : -2),
    inner,
    columns: dimension("matmul", b, transpose_b ? -2 : -1),
  };
}

/** The gradients of a matmul are matmuls that read the transposed operands in place. */
const gradient: GradientRule<"matmul"> = ({ builder, node, gradients: [dy], wanted }) => {
  const [a, b] = operands("matmul", node.inputs, 2);
  if (!dy) return [];
  const { transpose_a, transpose_b, scale } = node.attributes;
  const e = expressions(builder);
  const shared = b.shape.length === 2 && a.shape.length > 2;
  if (shared && transpose_a) {
    const plain = sharedGradients(e, { a: swapLastTwo(e, a), b, dy }, node.attributes, wanted);
    return [plain[0] && swapLastTwo(e, plain[0]), plain[1]];
  }
  if (shared) return sharedGradients(e, { a, b, dy }, node.attributes, wanted);
  const da = transpose_a
    ? () => e.matmul(b, dy, { transpose_a: transpose_b, transpose_b: true, scale })
    : () => e.matmul(dy, b, { transpose_b: !transpose_b, scale });
  const db = transpose_b
    ? () => e.matmul(dy, a, { transpose_a: true, transpose_b: transpose_a, scale })
    : () => e.matmul(a, dy, { transpose_a: !transpose_a, scale });
  return [wanted[0] ? da() : undefined, wanted[1] ? db() : undefined];
};

/**
 * For one b that is shared by all leading dimensions of a: these are flattened, so that the sum over them is part of
 * one matmul.
 */
function sharedGradients(
  e: Expressions,
  { a, b, dy }: { a: Value; b: Value; dy: Value },
  { transpose_b, scale }: OpAttributes["matmul"],
  wanted: readonly boolean[],
): readonly (Value | undefined)[] {
  const flat = (value: Value): Value => {
    const width = dimension("matmul", value, -1);
    return e.reshape(value, [sizeOf(value.shape) / width, width]);
  };
  const db = transpose_b
    ? () => e.matmul(flat(dy), flat(a), { transpose_a: true, scale })
    : () => e.matmul(flat(a), flat(dy), { transpose_a: true, scale });
  return [wanted[0] ? e.matmul(dy, b, { transpose_b: !transpose_b, scale }) : undefined, wanted[1] ? db() : undefined];
}

function swapLastTwo(e: Expressions, x: Value): Value {
  const rank = x.shape.length;
  return e.transpose(x, [...Array.from({ length: rank - 2 }, (_, axis) => axis), rank - 1, rank - 2]);
}

export const linearAlgebra: { [Op in "matmul"]: OpDefinition<Op> } = {
  matmul: {
    infer: (inputs, attributes) => {
      const dtype = commonDType("matmul", inputs, FLOAT);
      const { leading, rows, columns } = productOf(inputs, attributes);
      return [{ dtype, shape: [...leading, rows, columns] }];
    },
    gradient,
    flops: (inputs, _outputs, attributes) => {
      const { leading, rows, inner, columns } = productOf(inputs, attributes);
      return 2 * sizeOf(leading) * rows * inner * columns;
    },
    axes: (inputs, _outputs, { transpose_a, transpose_b }) => {
      const [a, b] = operands("matmul", inputs, 2);
      const [rankA, rankB] = [a.shape.length, b.shape.length];
      const leading = a.shape.slice(0, -2).map((_, axis) => {
        const ofA = { input: 0, axis };
        return rankB > 2 ? followsEach(ofA, { input: 1, axis }) : followsEach(ofA);
      });
      const rows = followsEach({ input: 0, axis: rankA - (transpose_a ? 1 : 2) });
      const columns = followsEach({ input: 1, axis: rankB - (transpose_b ? 2 : 1) });
      return [[...leading, rows, columns]];
    },
    commutative: false,
    fold: "never",
  },
};
