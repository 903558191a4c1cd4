import { eitherMask, eitherPresence, meanOfPresent, presenceFactor } from "../presence.ts";
import { batched, broadcastBinary, constantStream } from "../stream-ops.ts";
import { sameShape } from "../../graph/graph.ts";
import { type Stream, describeStream, poison, shapeOf, streamValue } from "../value.ts";
import type { Native } from "./native.ts";

/** Mean of streams of one shape; of those only that a row has. */
const average: Native = {
  naming: "segment",
  presence: "own",
  apply: (call) => {
    const given = call.streams("streams");
    const [first] = given;
    if (!first) return poison;
    if (given.length === 1) return streamValue(first);
    const other = given.find((stream) => !sameShape(shapeOf(stream), shapeOf(first)));
    if (other)
      return call.mismatch(
        "The streams of an average",
        describeStream(first),
        describeStream(other),
        "They must have one shape.",
      );
    const streams = given.some(({ batch }) => batch === "batched")
      ? given.map((stream) => batched(call.frame, stream))
      : given;
    const [like = first] = streams;
    const parts = streams.map(({ value, presence }) => ({ value, factor: presenceFactor(call.frame, presence) }));
    const { mask: _, ...rest } = like;
    return streamValue({
      ...rest,
      value: meanOfPresent(call.emit.bind(call), parts),
      presence: eitherPresence(call.frame, streams),
      ...eitherMask(call.frame, streams),
    });
  },
};

/** A stream that is replaced by another one in the rows that lack it. */
const orElse: Native = {
  naming: "segment",
  presence: "own",
  apply: (call) => {
    const [x, otherwise] = [call.stream("x"), call.stream("otherwise")];
    const factor = presenceFactor(call.frame, x.presence);
    if (!factor) return streamValue(x);
    const there: Stream = { kind: "scalar", value: factor, batch: "batched", positions: new Map() };
    const on = (
      op: "add" | "multiply" | "subtract",
      left: Stream | undefined,
      right: Stream | undefined,
    ): Stream | undefined => left && right && broadcastBinary(call.frame, op, left, right);
    const result = on(
      "add",
      on("multiply", x, there),
      on("multiply", otherwise, on("subtract", constantStream(call.frame, 1), there)),
    );
    if (!result) return poison;
    const both = [x, batched(call.frame, otherwise)];
    const { mask: _, ...rest } = result;
    return streamValue({ ...rest, presence: eitherPresence(call.frame, both), ...eitherMask(call.frame, both) });
  },
};

/** The stream as there for the rows that have another stream, and for no others. */
const presentWith: Native = {
  naming: "segment",
  presence: "own",
  accepts: "ids",
  apply: (call) => streamValue({ ...call.stream("x"), presence: call.stream("source").presence ?? [] }),
};

export const presenceNatives: { readonly [name: string]: Native } = {
  average,
  or_else: orElse,
  present_with: presentWith,
};
