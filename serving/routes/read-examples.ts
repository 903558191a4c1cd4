import type { FastifyRequest } from "fastify";
import type { RawExample } from "../../runtime/index.ts";
import { RequestFailure } from "../failure.ts";
import { type Part, multipartExample } from "../inputs/multipart-example.ts";
import { rawExample } from "../inputs/raw-values.ts";
import type { ServingLimits } from "../limits.ts";
import type { AddressedModel } from "../models/served-models.ts";

/** The examples of a request, and if it was a list. */
export interface ReadExamples {
  readonly examples: readonly RawExample[];
  readonly isList: boolean;
}

/**
 * Reads the body of a request: an example as JSON or as a form, or a list of examples.
 *
 * @throws RequestFailure with what is wrong.
 */
export async function readExamples(
  request: FastifyRequest,
  { served }: AddressedModel,
  { examples: most, bodyBytes }: Pick<ServingLimits, "examples" | "bodyBytes">,
): Promise<ReadExamples> {
  if (request.isMultipart())
    return {
      examples: [await multipartExample(await partsOf(request, bodyBytes), served.model.modalities)],
      isList: false,
    };
  const { body } = request;
  if (!Array.isArray(body)) return { examples: [rawExample(body, "The body")], isList: false };
  if (body.length === 0) throw new RequestFailure("bad_request", "The list has no examples.");
  if (body.length > most)
    throw new RequestFailure("too_large", `The list has ${body.length} examples; at most ${most} are allowed.`);
  return { examples: body.map((each, index) => rawExample(each, `Example ${index}`)), isList: true };
}

/**
 * The example of a request that has one only.
 *
 * @throws RequestFailure with the reason if it has a list.
 */
export function onlyExample({ examples, isList }: ReadExamples, reason: string): RawExample {
  const [example] = examples;
  if (isList || !example) throw new RequestFailure("bad_request", reason, "Send an object.");
  return example;
}

/** The largest number of parts of a form. */
const mostParts = 256;

async function partsOf(request: FastifyRequest, mostBytes: number): Promise<readonly Part[]> {
  const parts: Part[] = [];
  let bytes = 0;
  try {
    const limits = { parts: mostParts, fileSize: mostBytes, fieldSize: mostBytes, headerPairs: 32 };
    for await (const part of request.parts({ limits })) {
      const value = part.type === "file" ? await part.toBuffer() : String(part.value);
      bytes += value.length;
      if (bytes > mostBytes) throw new RequestFailure("too_large", `The form has more than ${mostBytes} bytes.`);
      parts.push({ name: part.fieldname, value });
    }
  } catch (error) {
    // The reader of forms throws plain errors for what it cannot read.
    throw error instanceof RequestFailure || !(error instanceof Error) || "statusCode" in error
      ? error
      : new RequestFailure("bad_request", `The form cannot be read: ${error.message}.`);
  }
  return parts;
}
