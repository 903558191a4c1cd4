import { parameterType } from "../../../compiler/resolve/parameter-type.ts";
import { type Expected, isLoss, typesWithin } from "./expected.ts";

/** The kinds of values that an operand may have. */
export interface Wants {
  readonly stream: boolean;
  readonly layer: boolean;
  readonly number: boolean;
  readonly condition: boolean;
  /** A loss is written here. */
  readonly loss: boolean;
  /** A stream may be marked as optional. */
  readonly optional: boolean;
}

const nothing: Wants = { stream: false, layer: false, number: false, condition: false, loss: false, optional: false };

const numeric: ReadonlySet<string> = new Set(["int", "number", "rate", "duration", "part", "any"]);

export function wantsOf(expected: Expected): Wants {
  switch (expected.kind) {
    case "any":
      return { ...nothing, stream: true, layer: true, number: true };
    case "stream":
      return { ...nothing, stream: true, optional: true };
    case "layer":
      return { ...nothing, layer: true };
    case "number":
      return { ...nothing, number: true };
    case "condition":
      return { ...nothing, number: true, condition: true };
    case "option": {
      const types = typesWithin(expected.type);
      const number = types.some(({ kind }) => numeric.has(kind));
      if (!types.some(({ kind }) => kind === "stream")) return { ...nothing, number };
      if (expected.of === "task.uses") return { ...nothing, optional: true };
      if (expected.of === "task.head") return { ...nothing, layer: true };
      return isLoss(expected) ? { ...nothing, loss: true } : { ...nothing, stream: true, optional: true };
    }
    case "typed": {
      const types = expected.types.map(parameterType).map((type) => (type?.kind === "optional" ? type.inner : type));
      const has = (...kinds: readonly string[]): boolean =>
        types.some((type) => kinds.includes(type?.kind === "list" ? type.element.kind : (type?.kind ?? "")));
      return {
        ...nothing,
        stream: has("stream", "any", "optional"),
        layer: has("block"),
        number: has("int", "number", "rate", "any"),
        condition: has("bool"),
      };
    }
    default:
      return nothing;
  }
}
