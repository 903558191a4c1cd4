import protobuf from "protobufjs/light.js";

/** The subset of TensorFlow's `event.proto` and `summary.proto` that scalars need, with the same field numbers. */
export interface EventMessage {
  /** Seconds since 1970. */
  readonly wall_time: number;
  readonly step?: number;
  /** Only in the first event of a file. */
  readonly file_version?: "brain.Event:2";
  readonly summary?: { readonly value: readonly { readonly tag: string; readonly simple_value: number }[] };
}

const root = protobuf.Root.fromJSON({
  nested: {
    Event: {
      oneofs: { what: { oneof: ["file_version", "summary"] } },
      fields: {
        wall_time: { type: "double", id: 1 },
        step: { type: "int64", id: 2 },
        file_version: { type: "string", id: 3 },
        summary: { type: "Summary", id: 5 },
      },
    },
    Summary: {
      fields: { value: { rule: "repeated", type: "Value", id: 1 } },
      nested: {
        Value: {
          oneofs: { kind: { oneof: ["simple_value"] } },
          fields: { tag: { type: "string", id: 1 }, simple_value: { type: "float", id: 2 } },
        },
      },
    },
  },
});
const eventType = root.lookupType("Event");

export function encodeEvent(event: EventMessage): Uint8Array {
  return eventType.encode(event).finish();
}
