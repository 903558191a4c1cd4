import type { FastifyReply, FastifyRequest } from "fastify";
import type { RankedCandidate } from "../../runtime/index.ts";
import { RequestFailure } from "../failure.ts";
import type { Routes, Serving } from "../serving.ts";
import { addressedModel, requireKnownQuery, textOf } from "./address.ts";
import { onlyExample, readExamples } from "./read-examples.ts";
import { withinTime } from "./within-time.ts";

/** `POST /rank` and `/rank/MODEL`: the candidates that match an example best. */
export const rankRoutes: Routes = (app, serving) => {
  const rank = (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => answer(request, reply, serving);
  app.post("/rank", rank);
  app.post("/rank/:model", rank);
};

const mostRanked = 1000;

async function answer(request: FastifyRequest, reply: FastifyReply, serving: Serving): Promise<unknown> {
  requireKnownQuery(request, ["top"]);
  const { name, served } = addressedModel(request, serving);
  const top = topOf(textOf(request, "top") ?? "10");
  const example = onlyExample(
    await readExamples(request, { name, served, tasks: [] }, serving.limits),
    "Candidates are ranked for one example.",
  );
  const ranked = await withinTime(reply, serving.limits.answerSeconds, () => served.rank(example, top));
  void reply.header("mtl-model", name).header("mtl-version", served.version);
  return ranked.map(writtenCandidate);
}

function topOf(text: string): number {
  const top = Number(text);
  if (/^\d{1,6}$/u.test(text) && top >= 1 && top <= mostRanked) return top;
  throw new RequestFailure("bad_request", `\`top\` is not a whole number from 1 to ${mostRanked}.`);
}

function writtenCandidate({ rank, score, candidate }: RankedCandidate): object {
  const columns = Object.entries(candidate.columns).map(([column, cell]) => [
    column,
    typeof cell === "bigint" ? String(cell) : cell,
  ]);
  return { rank, score, candidate: { ...candidate, columns: Object.fromEntries(columns) } };
}
