import * as babel from "prettier/plugins/babel";

/** A comment or message that is not plain English: the word that it uses, or the fragment that it begins with. */
export interface Finding {
  readonly kind: "word" | "fragment";
  readonly line: number;
  readonly found: string;
  readonly text: string;
}

/** A comment or a string of a source file, with the line where it begins. */
export interface Prose {
  readonly line: number;
  readonly text: string;
}

/** Words and phrases of a private vocabulary, each with what the field says. */
const words: readonly { readonly pattern: RegExp; readonly instead: string }[] = [
  { pattern: /(?<!\b(?:in|decimal) )\bplaces?\b/iu, instead: "position, index, line, path" },
  { pattern: /\bfloors?\b/iu, instead: "baseline" },
  { pattern: /\btold\b/iu, instead: "reported, passed, said" },
  { pattern: /\b(?:stands?|stood|standing)\b(?! for\b)/iu, instead: "is, is written" },
  { pattern: /\b(?:go|goes|going|went|gone) on\b/iu, instead: "continue" },
  { pattern: /\bbesides\b/iu, instead: "in addition, except, also" },
  { pattern: /\b(?:held|hold|holds) against\b/iu, instead: "compared with, checked against" },
  {
    pattern: /\bnothing (?:where|if|for|when|unless|until)\b|\bor nothing\b|\b(?:gives?|is) nothing\b(?! to\b)/iu,
    instead: "`undefined`",
  },
  { pattern: /\bshall\b/iu, instead: "must, should" },
  { pattern: /\bstretch(?:es)?\b/iu, instead: "span, segment, range" },
  { pattern: /\b[Ff]ilms?\b/u, instead: "video" },
  { pattern: /\bmade[- ]up\b/iu, instead: "synthetic" },
  { pattern: /\bat hand\b/iu, instead: "in memory, loaded, available" },
  { pattern: /\bof before\b/iu, instead: "earlier, from before" },
  { pattern: /\b(?:have|has|had|having|written|given) otherwise\b/iu, instead: "differ" },
  { pattern: /\bthat (?:is|are) none\b/iu, instead: "that is not one" },
];

/** Beginnings that leave a comment without a subject: a question, a genitive, or a bare pronoun. */
const beginnings =
  /^(?:What|Of|Whether|That|Where|Which|Whose|Nothing|None|How|As|Those|Theirs|Also)\b|^(?:By|In|At|On|For|To|From|With|After|Of|Under) (?:which|what|whom|whose)\b/u;

/** A first sentence that is only a prepositional phrase: it has no comma that would end one. */
const phrase = /^(?:By|In|With|From|For|Without|Before|After|Beyond|Between|Among|Within)\b[^,:?]*?(?:[.;](?:\s|$)|$)/u;

/** Finds what a text says in words of its own, or without a subject. Names in backticks are not looked at. */
export function findingsIn({ line, text }: Prose): readonly Finding[] {
  const plain = text.replaceAll(/`[^`]*`/gu, "`x`");
  const found = words.flatMap(({ pattern, instead }): readonly Finding[] => {
    const match = pattern.exec(plain);
    return match ? [{ kind: "word", line, found: `"${match[0]}" (${instead})`, text }] : [];
  });
  const [begins] = plain.endsWith("?") ? [] : (beginnings.exec(plain) ?? phrase.exec(plain) ?? []);
  return begins === undefined ? found : [...found, { kind: "fragment", line, found: begins, text }];
}

/** Comments and messages of a TypeScript file, parsed once. */
export function proseOf(source: string): { readonly comments: readonly Prose[]; readonly messages: readonly Prose[] } {
  const { program, comments } = parse(source);
  return { comments: merge(source, comments), messages: messagesIn(program) };
}

/** Line comments that follow each other are one. */
function merge(source: string, comments: readonly Comment[]): readonly Prose[] {
  const merged: (Prose & { readonly end: number; readonly type: string })[] = [];
  for (const { type, value, start, end, loc } of comments) {
    const text = type === "CommentBlock" ? ofBlock(value) : value.trim();
    const last = merged.at(-1);
    if (last?.type === "CommentLine" && type === "CommentLine" && source.slice(last.end, start).trim() === "")
      merged[merged.length - 1] = { ...last, end, text: `${last.text} ${text}` };
    else merged.push({ type, line: loc.start.line, text, end });
  }
  return merged;
}

/** Strings that read as prose: of three words or more. Holes of templates become `…`. */
function messagesIn(program: unknown): readonly Prose[] {
  const found: Prose[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit);
    else if (isNode(node)) {
      if (node.type === "ImportDeclaration") return;
      const text =
        node.type === "StringLiteral"
          ? String(node["value"])
          : node.type === "TemplateLiteral"
            ? (node["quasis"] as readonly { readonly value: { readonly cooked: string } }[])
                .map(({ value }) => value.cooked)
                .join("…")
            : "";
      if (/\S\s+\S+\s+\S/u.test(text)) found.push({ line: node.loc.start.line, text });
      for (const [key, child] of Object.entries(node)) if (key !== "loc" && !key.endsWith("Comments")) visit(child);
    }
  };
  visit(program);
  return found;
}

/** Comments of a specification. Those that follow each other are one. */
export function commentsOfSpecification(source: string): readonly Prose[] {
  const merged: Prose[] = [];
  let open = false;
  for (const [index, line] of source.split("\n").entries()) {
    const text = /^\s*\/\/\/?\s?(.*)$/u.exec(line)?.[1];
    const last = merged.at(-1);
    if (text !== undefined && open && last)
      merged[merged.length - 1] = { ...last, text: `${last.text} ${text}`.trim() };
    else if (text !== undefined) merged.push({ line: index + 1, text });
    open = text !== undefined;
  }
  return merged;
}

interface Node {
  readonly type: string;
  readonly loc: { readonly start: { readonly line: number } };
  readonly [key: string]: unknown;
}

interface Comment extends Node {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

function parse(source: string): { readonly program: unknown; readonly comments: readonly Comment[] } {
  const parser = babel.parsers["babel-ts"];
  return parser.parse(source, {} as Parameters<typeof parser.parse>[1]) as ReturnType<typeof parse>;
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value;

const ofBlock = (value: string): string =>
  value
    .replace(/^\*/u, "")
    .replaceAll(/\n\s*\* ?/gu, " ")
    .trim();
