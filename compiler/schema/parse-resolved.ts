import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { firstSemantics } from "../semantics.ts";
import { resolvedSpecificationSchema } from "./json-schema.ts";
import type { ResolvedSpecification } from "./resolved.ts";

/** A resolved specification that was read back, or what is wrong with it, one sentence a problem. */
export type ParsedResolved = { readonly specification: ResolvedSpecification } | { readonly problems: readonly string[] };

const ajv = new Ajv2020({ allErrors: true, discriminator: true, strict: true });
let validate: ValidateFunction<ResolvedSpecification> | undefined;

/** Checks JSON that claims to be a `ResolvedSpecification`: a run folder may be of another version or damaged. */
export function parseResolvedSpecification(value: unknown): ParsedResolved {
  validate ??= ajv.compile<ResolvedSpecification>(resolvedSpecificationSchema());
  if (validate(value)) return { specification: { ...value, semantics: value.semantics ?? firstSemantics } };
  return { problems: (validate.errors ?? []).map(describe) };
}

function describe({ instancePath, message = "is not valid", params }: ErrorObject): string {
  const place = instancePath === "" ? "The specification" : instancePath.slice(1).replaceAll("/", ".");
  const extra = "additionalProperty" in params ? ` (${String(params["additionalProperty"])})` : "";
  return `${place} ${message}${extra}.`;
}
