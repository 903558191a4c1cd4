import type { FastifyRequest } from "fastify";
import { RequestFailure } from "../failure.ts";
import type { AddressedModel } from "../models/served-models.ts";
import type { Serving } from "../serving.ts";

/**
 * The model that a request names in its path.
 *
 * @throws RequestFailure if there is none, or the path names another version of it.
 */
export function addressedModel(request: FastifyRequest, { models }: Serving): AddressedModel {
  const { model, version } = request.params as { readonly model?: string; readonly version?: string };
  const found = models.named(model);
  request.modelName = found.name;
  if (version === undefined || version === found.served.version) return found;
  throw new RequestFailure(
    "not_found",
    `The model ${found.name} has no version ${JSON.stringify(version.slice(0, 80))}.`,
    `It has version ${found.served.version}; without one in the path, the newest answers.`,
  );
}

/** The texts that a query gives to a name; in one text they are separated by commas. */
export function listOf(request: FastifyRequest, name: string): readonly string[] | undefined {
  const value = queryOf(request)[name];
  if (value === undefined) return undefined;
  return [value].flat().flatMap((text) => text.split(",").map((part) => part.trim()));
}

export function textOf(request: FastifyRequest, name: string): string | undefined {
  const value = queryOf(request)[name];
  if (Array.isArray(value)) throw new RequestFailure("bad_request", `The query has ${name} more than once.`);
  return value as string | undefined;
}

/** Refuses names that a route does not know, since a misspelt one would be without effect. */
export function requireKnownQuery(request: FastifyRequest, known: readonly string[]): void {
  const unknown = Object.keys(queryOf(request)).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new RequestFailure(
      "bad_request",
      `The query has ${JSON.stringify(unknown.slice(0, 80))}, which is not known.`,
      known.length === 0 ? undefined : `It may have: ${known.join(", ")}.`,
    );
}

function queryOf(request: FastifyRequest): { readonly [name: string]: string | readonly string[] } {
  return request.query as { readonly [name: string]: string | readonly string[] };
}
