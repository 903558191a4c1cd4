import type { IToken } from "chevrotain";
import type { Comment, SpecificationFile } from "./ast.ts";
import type { BuildContext } from "./build-context.ts";
import { buildStatements } from "./build-statements.ts";
import { buildDeclarations } from "./build-tree.ts";
import { grammarProblems, lexicalProblems, type SyntaxProblem } from "./problems.ts";
import { lex } from "./lex.ts";
import { limitNesting } from "./limit-nesting.ts";
import { parser } from "./parser.ts";

export type { SyntaxProblem } from "./problems.ts";

export interface ParseResult {
  readonly tree: SpecificationFile;
  /** Problems in the order of the text. */
  readonly problems: readonly SyntaxProblem[];
}

/** Never throws: any text gives a tree and the problems found. */
export function parse(text: string, file: string): ParseResult {
  const lexed = lex(text);
  const { kept, cuts } = limitNesting(lexed.tokens);
  const unread = [...lexed.strays.map(({ start }) => start), ...cuts.map(({ startOffset }) => startOffset)];
  parser.input = [...kept];
  const specification = parser.specification();
  const problems = [
    ...lexicalProblems(text, lexed, cuts, file),
    ...grammarProblems(parser.errors, { tokens: kept, unread: unread.toSorted((a, b) => a - b) }, file),
  ];
  parser.reset();

  const documentation = new Set<IToken>();
  const context: BuildContext = {
    file,
    bodyOf: buildStatements,
    report: (problem) => problems.push(problem),
    takeDoc: (offset) => {
      const lines = lexed.docs.get(offset);
      lines?.forEach((line) => documentation.add(line));
      return lines?.map(({ image }) => image.slice(3).replace(/^ /, "")).join("\n");
    },
  };
  const declarations = buildDeclarations(specification, context);
  const comments = lexed.comments
    .filter((comment) => !documentation.has(comment))
    .map((comment) => asComment(comment, file));
  return {
    tree: { kind: "SpecificationFile", span: { file, start: 0, end: text.length }, declarations, comments },
    problems: firstAtEachPlace(problems),
  };
}

function asComment({ startOffset, image }: IToken, file: string): Comment {
  return { span: { file, start: startOffset, end: startOffset + image.length }, text: image.slice(2) };
}

/** A mistake often causes several problems at one offset; the first is the nearest to the cause. */
function firstAtEachPlace(problems: readonly SyntaxProblem[]): readonly SyntaxProblem[] {
  const places = new Map<number, SyntaxProblem>();
  for (const problem of problems) {
    if (!places.has(problem.span.start)) places.set(problem.span.start, problem);
  }
  return [...places.values()].toSorted((a, b) => a.span.start - b.span.start);
}
