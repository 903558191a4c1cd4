import { describe, expect, it } from "vitest";
import type { GraphBuilder } from "../../compiler/graph/builder.ts";
import { type Expressions, expressions } from "../../compiler/graph/expressions.ts";
import type { Graph, Shape, Value } from "../../compiler/graph/graph.ts";
import { print } from "../../compiler/graph/print.ts";
import { fuseIntoMatmul } from "../../compiler/passes/fuse-into-matmul.ts";
import { foldConstants } from "../../compiler/passes/fold-constants.ts";
import { mergeCommonSubexpressions } from "../../compiler/passes/merge-common-subexpressions.ts";
import { removeDeadCode } from "../../compiler/graph/remove-dead-code.ts";
import { simplifyIdentities } from "../../compiler/passes/simplify-identities.ts";
import { built } from "./built.ts";

interface Tools {
  readonly builder: GraphBuilder;
  readonly e: Expressions;
  readonly input: (name: string, shape: Shape) => Value;
}

function graphOf(result: (tools: Tools) => Value): Graph {
  return built("test", (builder) => {
    const input = (name: string, shape: Shape): Value =>
      builder.input({ kind: "feature", feature: name }, { dtype: "float32", shape });
    builder.output({ kind: "prediction", name: "y" }, result({ builder, e: expressions(builder), input }));
  });
}

/** The graph, and below it what the pass and dead code make of it. */
function beforeAndAfter(pass: (graph: Graph) => Graph, result: (tools: Tools) => Value): string {
  const graph = graphOf(result);
  return `\n${print(graph)}→\n${print(removeDeadCode(pass(graph)))}`;
}

function nodesLeft(pass: (graph: Graph) => Graph, result: (tools: Tools) => Value): readonly string[] {
  return removeDeadCode(pass(graphOf(result))).nodes.map((node) => node.op);
}

describe("constants", () => {
  it("evaluates what is known", () => {
    expect(
      beforeAndAfter(foldConstants, ({ builder, e, input }) => {
        const table = builder.emit("constant", [], {
          dtype: "float32",
          shape: [6],
          data: Float32Array.of(1, 2, 3, 4, 5, 6),
        });
        const number = e.exp(e.subtract(e.scalar(2), 2));
        return e.multiply(input("x", [2, 3]), e.multiply(e.reshape(table, [2, 3]), number));
      }),
    ).toMatchInlineSnapshot(`
      "
      graph test
        input %0: float32[2 × 3] = feature/x
        %1: float32[6] = constant() data=[1, 2, 3, 4, … 6] dtype=float32 shape=[6]
        %2: float32[] = fill() dtype=float32 shape=[] value=2
        %3: float32[] = fill() dtype=float32 shape=[] value=2
        %4: float32[] = subtract(%2, %3)
        %5: float32[] = exp(%4)
        %6: float32[2 × 3] = reshape(%1) shape=[2, 3]
        %7: float32[2 × 3] = multiply(%6, %5)
        %8: float32[2 × 3] = multiply(%0, %7)
        output prediction/y = %8
      →
      graph test
        input %0: float32[2 × 3] = feature/x
        %1: float32[2 × 3] = constant() data=[1, 2, 3, 4, … 6] dtype=float32 shape=[2, 3]
        %2: float32[2 × 3] = multiply(%0, %1)
        output prediction/y = %2
      "
    `);
  });

  it("writes a constant of one value, and its movements, as a fill", () => {
    const left = nodesLeft(foldConstants, ({ builder, e }) => {
      const ones = builder.emit("constant", [], { dtype: "float32", shape: [2, 3], data: new Float32Array(6).fill(1) });
      return e.broadcastTo(e.reshape(e.transpose(ones, [1, 0]), [6]), [4, 6]);
    });
    expect(left).toEqual(["fill"]);
  });

  it("truncates where it folds a cast to integers", () => {
    const graph = foldConstants(graphOf(({ e }) => e.cast(e.scalar(-1.5), "int32")));
    expect(removeDeadCode(graph).nodes.map(({ op, attributes }) => ({ op, attributes }))).toEqual([
      { op: "fill", attributes: { dtype: "int32", shape: [], value: -1 } },
    ]);
  });

  it("leaves large results to be computed", () => {
    const data = Float32Array.from({ length: 2000 }, (_, index) => index / 2000);
    const left = nodesLeft(foldConstants, ({ builder, e }) =>
      e.exp(builder.emit("constant", [], { dtype: "float32", shape: [2000], data })),
    );
    expect(left).toEqual(["constant", "exp"]);
  });
});

describe("common subexpressions", () => {
  it("computes equal nodes once, whatever the order of commutative operands", () => {
    expect(
      beforeAndAfter(mergeCommonSubexpressions, ({ e, input }) => {
        const [a, b] = [input("a", [3]), input("b", [3])];
        return e.subtract(e.exp(e.add(a, b)), e.exp(e.add(b, a)));
      }),
    ).toMatchInlineSnapshot(`
      "
      graph test
        input %0: float32[3] = feature/a
        input %1: float32[3] = feature/b
        %2: float32[3] = add(%0, %1)
        %3: float32[3] = exp(%2)
        %4: float32[3] = add(%1, %0)
        %5: float32[3] = exp(%4)
        %6: float32[3] = subtract(%3, %5)
        output prediction/y = %6
      →
      graph test
        input %0: float32[3] = feature/a
        input %1: float32[3] = feature/b
        %2: float32[3] = add(%0, %1)
        %3: float32[3] = exp(%2)
        %4: float32[3] = subtract(%3, %3)
        output prediction/y = %4
      "
    `);
  });

  it("keeps operands of an op that does not commute apart", () => {
    const left = nodesLeft(mergeCommonSubexpressions, ({ e, input }) => {
      const [a, b] = [input("a", [3]), input("b", [3])];
      return e.multiply(e.subtract(a, b), e.subtract(b, a));
    });
    expect(left).toEqual(["subtract", "subtract", "multiply"]);
  });

  it("keeps numbers apart that JSON writes alike", () => {
    const left = nodesLeft(mergeCommonSubexpressions, ({ e, input }) => {
      const clipped = e.minimum(e.maximum(input("x", [3]), Number.NEGATIVE_INFINITY), Number.POSITIVE_INFINITY);
      return e.divide(e.divide(clipped, -0), 0);
    });
    expect(left.filter((op) => op === "fill")).toHaveLength(4);
  });
});

describe("identities", () => {
  it("drops what changes nothing and joins neighbours", () => {
    expect(
      beforeAndAfter(simplifyIdentities, ({ builder, e, input }) => {
        const x = e.add(e.multiply(input("x", [2, 3, 4]), 1), 0);
        const there = builder.emit("transpose", [x], { permutation: [2, 0, 1] });
        const back = builder.emit("transpose", [there], { permutation: [1, 2, 0] });
        const cast = builder.emit("cast", [back], { dtype: "float32" });
        const flat = e.reshape(e.reshape(cast, [6, 4]), [24]);
        return builder.emit("slice", [flat], { starts: [0], sizes: [24] });
      }),
    ).toMatchInlineSnapshot(`
      "
      graph test
        input %0: float32[2 × 3 × 4] = feature/x
        %1: float32[] = fill() dtype=float32 shape=[] value=1
        %2: float32[2 × 3 × 4] = multiply(%0, %1)
        %3: float32[] = fill() dtype=float32 shape=[] value=0
        %4: float32[2 × 3 × 4] = add(%2, %3)
        %5: float32[4 × 2 × 3] = transpose(%4) permutation=[2, 0, 1]
        %6: float32[2 × 3 × 4] = transpose(%5) permutation=[1, 2, 0]
        %7: float32[2 × 3 × 4] = cast(%6) dtype=float32
        %8: float32[6 × 4] = reshape(%7) shape=[6, 4]
        %9: float32[24] = reshape(%8) shape=[24]
        %10: float32[24] = slice(%9) sizes=[24] starts=[0]
        output prediction/y = %10
      →
      graph test
        input %0: float32[2 × 3 × 4] = feature/x
        %1: float32[24] = reshape(%0) shape=[24]
        output prediction/y = %1
      "
    `);
  });

  it("reads a broadcast in place where the other operand gives the shape", () => {
    expect(
      beforeAndAfter(simplifyIdentities, ({ e, input }) => {
        const row = e.broadcastTo(input("row", [3]), [2, 3]);
        return e.multiply(e.subtract(input("x", [2, 3]), row), e.broadcastTo(e.scalar(0.5), [2, 3]));
      }),
    ).toMatchInlineSnapshot(`
      "
      graph test
        input %0: float32[3] = feature/row
        input %1: float32[2 × 3] = feature/x
        %2: float32[2 × 3] = broadcast_to(%0) shape=[2, 3]
        %3: float32[2 × 3] = subtract(%1, %2)
        %4: float32[] = fill() dtype=float32 shape=[] value=0.5
        %5: float32[2 × 3] = broadcast_to(%4) shape=[2, 3]
        %6: float32[2 × 3] = multiply(%3, %5)
        output prediction/y = %6
      →
      graph test
        input %0: float32[3] = feature/row
        input %1: float32[2 × 3] = feature/x
        %2: float32[2 × 3] = subtract(%1, %0)
        %3: float32[] = fill() dtype=float32 shape=[] value=0.5
        %4: float32[2 × 3] = multiply(%2, %3)
        output prediction/y = %4
      "
    `);
  });

  it("keeps a broadcast that gives the shape", () => {
    const left = nodesLeft(simplifyIdentities, ({ e, input }) =>
      e.add(e.broadcastTo(input("a", [3]), [2, 3]), input("b", [3])),
    );
    expect(left).toEqual(["broadcast_to", "add"]);
  });

  it("multiplies two factors into one, and a negated summand into a difference", () => {
    const left = nodesLeft(simplifyIdentities, ({ e, input }) =>
      e.add(input("a", [3]), e.negate(e.multiply(e.multiply(input("b", [3]), 3), 0.5))),
    );
    expect(left).toEqual(["fill", "multiply", "subtract"]);
  });

  it("reshapes where a transpose or a reduction only moves axes of size one", () => {
    const left = nodesLeft(simplifyIdentities, ({ e, input }) =>
      e.reduceSum(e.transpose(input("x", [2, 1, 3]), [1, 0, 2]), [0], "drop"),
    );
    expect(left).toEqual(["reshape"]);
  });

  it("keeps a multiplication by one that makes the shape", () => {
    const left = nodesLeft(simplifyIdentities, ({ builder, input }) =>
      builder.emit(
        "multiply",
        [input("x", [3]), builder.emit("fill", [], { dtype: "float32", shape: [2, 3], value: 1 })],
        {},
      ),
    );
    expect(left).toEqual(["fill", "multiply"]);
  });
});

describe("products", () => {
  it("absorb the transposes and factors beside them", () => {
    expect(
      beforeAndAfter(fuseIntoMatmul, ({ e, input }) => {
        const [query, key] = [input("query", [2, 3, 4]), input("key", [2, 5, 4])];
        return e.multiply(e.matmul(e.multiply(query, 3), e.transpose(key, [0, 2, 1])), 0.5);
      }),
    ).toMatchInlineSnapshot(`
      "
      graph test
        input %0: float32[2 × 3 × 4] = feature/query
        input %1: float32[2 × 5 × 4] = feature/key
        %2: float32[] = fill() dtype=float32 shape=[] value=3
        %3: float32[2 × 3 × 4] = multiply(%0, %2)
        %4: float32[2 × 4 × 5] = transpose(%1) permutation=[0, 2, 1]
        %5: float32[2 × 3 × 5] = matmul(%3, %4) scale=1 transpose_a=false transpose_b=false
        %6: float32[] = fill() dtype=float32 shape=[] value=0.5
        %7: float32[2 × 3 × 5] = multiply(%5, %6)
        output prediction/y = %7
      →
      graph test
        input %0: float32[2 × 3 × 4] = feature/query
        input %1: float32[2 × 5 × 4] = feature/key
        %2: float32[2 × 3 × 5] = matmul(%0, %1) scale=1.5 transpose_a=false transpose_b=true
        output prediction/y = %2
      "
    `);
  });

  it("leave of a transpose into heads only what moves whole rows", () => {
    expect(
      beforeAndAfter(fuseIntoMatmul, ({ e, input }) =>
        e.matmul(input("query", [2, 4, 3, 8]), e.transpose(input("key", [2, 5, 4, 8]), [0, 2, 3, 1])),
      ),
    ).toMatchInlineSnapshot(`
      "
      graph test
        input %0: float32[2 × 4 × 3 × 8] = feature/query
        input %1: float32[2 × 5 × 4 × 8] = feature/key
        %2: float32[2 × 4 × 8 × 5] = transpose(%1) permutation=[0, 2, 3, 1]
        %3: float32[2 × 4 × 3 × 5] = matmul(%0, %2) scale=1 transpose_a=false transpose_b=false
        output prediction/y = %3
      →
      graph test
        input %0: float32[2 × 4 × 3 × 8] = feature/query
        input %1: float32[2 × 5 × 4 × 8] = feature/key
        %2: float32[2 × 4 × 5 × 8] = transpose(%1) permutation=[0, 2, 1, 3]
        %3: float32[2 × 4 × 3 × 5] = matmul(%0, %2) scale=1 transpose_a=false transpose_b=true
        output prediction/y = %3
      "
    `);
  });

  it("absorb a transpose of their result by exchanging the operands", () => {
    expect(
      beforeAndAfter(fuseIntoMatmul, ({ e, input }) =>
        e.transpose(e.matmul(input("a", [2, 3, 4]), input("b", [2, 4, 5]), { scale: 2 }), [0, 2, 1]),
      ),
    ).toMatchInlineSnapshot(`
      "
      graph test
        input %0: float32[2 × 3 × 4] = feature/a
        input %1: float32[2 × 4 × 5] = feature/b
        %2: float32[2 × 3 × 5] = matmul(%0, %1) scale=2 transpose_a=false transpose_b=false
        %3: float32[2 × 5 × 3] = transpose(%2) permutation=[0, 2, 1]
        output prediction/y = %3
      →
      graph test
        input %0: float32[2 × 3 × 4] = feature/a
        input %1: float32[2 × 4 × 5] = feature/b
        %2: float32[2 × 5 × 3] = matmul(%1, %0) scale=2 transpose_a=true transpose_b=true
        output prediction/y = %2
      "
    `);
  });

  it("absorb a division as its reciprocal, and a negation", () => {
    const graph = fuseIntoMatmul(
      graphOf(({ e, input }) => e.negate(e.divide(e.matmul(input("a", [2, 3]), input("b", [3, 2])), 8))),
    );
    expect(removeDeadCode(graph).nodes.map(({ op, attributes }) => ({ op, attributes }))).toEqual([
      { op: "matmul", attributes: { transpose_a: false, transpose_b: false, scale: -1 / 8 } },
    ]);
  });

  it("keep a factor apart where the unscaled product is read too", () => {
    const left = nodesLeft(fuseIntoMatmul, ({ e, input }) => {
      const product = e.matmul(input("a", [2, 3]), input("b", [3, 2]));
      return e.add(e.multiply(product, 0.5), product);
    });
    expect(left).toEqual(["matmul", "fill", "multiply", "add"]);
  });

  it("keep the transpose of a result whose right operand is shared", () => {
    const left = nodesLeft(fuseIntoMatmul, ({ e, input }) =>
      e.transpose(e.matmul(input("a", [2, 3, 4]), input("b", [4, 5])), [0, 2, 1]),
    );
    expect(left).toEqual(["matmul", "transpose"]);
  });
});

it("dead code drops what no output depends on", () => {
  expect(
    beforeAndAfter(
      (graph) => graph,
      ({ e, input }) => {
        const x = input("x", [2]);
        e.sin(e.cos(x));
        return e.exp(x);
      },
    ),
  ).toMatchInlineSnapshot(`
    "
    graph test
      input %0: float32[2] = feature/x
      %1: float32[2] = cos(%0)
      %2: float32[2] = sin(%1)
      %3: float32[2] = exp(%0)
      output prediction/y = %3
    →
    graph test
      input %0: float32[2] = feature/x
      %1: float32[2] = exp(%0)
      output prediction/y = %1
    "
  `);
});
