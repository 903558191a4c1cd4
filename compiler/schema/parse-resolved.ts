import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { firstSemantics } from "../semantics.ts";
import { withCurrentNames } from "./current-names.ts";
import { resolvedSpecificationSchema } from "./json-schema.ts";
import type { ResolvedSpecification } from "./resolved.ts";

/** A resolved specification that was read back, or its problems, one sentence each. */
export type ParsedResolved =
  { readonly specification: ResolvedSpecification } | { readonly problems: readonly string[] };

const ajv = new Ajv2020({ allErrors: true, discriminator: true, strict: true });
let validate: ValidateFunction<ResolvedSpecification> | undefined;

/**
 * Checks JSON that claims to be a `ResolvedSpecification`; a run folder may come from another version or be damaged.
 */
export function parseResolvedSpecification(given: unknown): ParsedResolved {
  const value = inCurrentForm(given);
  validate ??= ajv.compile<ResolvedSpecification>(resolvedSpecificationSchema());
  if (validate(value)) return { specification: { ...value, semantics: value.semantics ?? firstSemantics } };
  return { problems: (validate.errors ?? []).map(describe) };
}

/**
 * Maps whose order has a meaning. Earlier versions wrote them as objects; these are read in the order of the object's
 * keys.
 */
const orderedMaps: ReadonlySet<string> = new Set(["categorical", "class_weights", "rename"]);
/** Values of the user, whose keys are arbitrary. */
const userValues: ReadonlySet<string> = new Set(["params", "with"]);

/** A value that an earlier version wrote, with ordered maps as lists and with the current names of options. */
function inCurrentForm(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inCurrentForm);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(withCurrentNames(value)).map(([key, each]: [string, unknown]) => [
      key,
      orderedMaps.has(key) && isObject(each) ? Object.entries(each) : userValues.has(key) ? each : inCurrentForm(each),
    ]),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe({ instancePath, message = "is not valid", params }: ErrorObject): string {
  const place = instancePath === "" ? "The specification" : instancePath.slice(1).replaceAll("/", ".");
  const extra = "additionalProperty" in params ? ` (${String(params["additionalProperty"])})` : "";
  return `${place} ${message}${extra}.`;
}
