import type { OpName } from "../../graph/attributes.ts";
import type { Graph, TensorType, Value } from "../../graph/graph.ts";
import { TfjsEmitter } from "./emitter.ts";
import { DATA_TYPE, type ModelJson, type TensorInfo, shapeProto } from "./graph-model.ts";
import type { LoweringContext } from "./lowering.ts";
import { lowerings } from "./lowerings.ts";
import { type TfjsTarget, tfjsTargets } from "./target.ts";

/** The only shard that the manifest names, next to `model.json`. */
export const SHARD = "constants.bin";

export interface TfjsModel {
  /** The contents of `model.json`. */
  readonly json: ModelJson;
  /** The contents of the shard: constants only, little-endian. */
  readonly shard: Uint8Array<ArrayBuffer>;
}

/**
 * Lowers the graph to a GraphModel that plain `loadGraphModel` executes. Inputs and outputs have the graph's names
 * through the signature, in which a training step may take and return `w` under one name. All inputs, including the
 * weights, are placeholders; those of dtype uint8 take int32.
 * `target` is the backend.
 * The graph must be well formed; its nodes are in execution order.
 */
export function lowerToTfjs(graph: Graph, target: TfjsTarget = tfjsTargets.portable): TfjsModel {
  const emitter = new TfjsEmitter();
  const names = new Map<Value, string>();
  const nameOf = (value: Value): string => {
    const name = names.get(value);
    if (name === undefined) throw new Error(`value ${value.id} of graph ${graph.name} is used before it is defined`);
    return name;
  };

  for (const { name, value } of graph.inputs) {
    emitter.label(`input/${name}`);
    names.set(
      value,
      emitter.node("Placeholder", [], {
        dtype: { type: DATA_TYPE[value.dtype] },
        shape: { shape: shapeProto(value.shape) },
      }),
    );
  }
  for (const node of graph.nodes) {
    emitter.label(node.origin ? `${node.origin.path}/${node.op}` : node.op);
    const outputs = lower({ node, inputs: node.inputs.map(nameOf), emitter, target });
    for (const [index, name] of outputs.entries()) {
      const output = node.outputs[index];
      if (output) names.set(output, name);
    }
  }
  // tfjs supports one signature name per node, but a value that is an input, a constant or output twice could have none
  // or two.
  const outputs = graph.outputs.map(({ name, value }): [string, TensorInfo] => {
    emitter.label(`output/${name}`);
    return [name, tensorInfo(emitter.node("Identity", [nameOf(value)]), value)];
  });

  const { nodes, weights, data } = emitter.finish();
  return {
    json: {
      format: "graph-model",
      generatedBy: "mtl",
      convertedBy: null,
      // tfjs only displays these versions.
      modelTopology: { node: nodes, versions: { producer: 1, minConsumer: 0 } },
      signature: {
        inputs: Object.fromEntries(graph.inputs.map(({ name, value }) => [name, tensorInfo(nameOf(value), value)])),
        outputs: Object.fromEntries(outputs),
      },
      weightsManifest: [{ paths: [SHARD], weights: [...weights] }],
    },
    shard: data,
  };
}

function lower<Op extends OpName>(context: LoweringContext<Op>): readonly string[] {
  return lowerings[context.node.op](context);
}

function tensorInfo(node: string, { dtype, shape }: TensorType): TensorInfo {
  return { name: `${node}:0`, dtype: DATA_TYPE[dtype], tensorShape: shapeProto(shape) };
}
