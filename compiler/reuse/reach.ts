import type { Span } from "../../grammar/ast.ts";
import type { SyntaxProblem } from "../../grammar/parse.ts";
import type { Bindings } from "../bind/bind.ts";
import type { LoadedFiles } from "../bind/load.ts";
import type { SymbolDeclaration } from "../bind/symbols.ts";

/** A declaration of a user's files, with the indices of the declarations that its words may mean. */
interface Reached {
  readonly declaration: SymbolDeclaration;
  readonly text: string;
  readonly uses: readonly number[];
}

/** A declaration and everything that its value may depend on, in the order in which words lead there. */
export type Reach = readonly Reached[];

/** True if two declarations have the same value wherever they are: texts are equal, and so is what each word of them means. */
export function sameReach(left: Reach, right: Reach): boolean {
  return (
    left.length === right.length &&
    left.every((one, index) => {
      const other = right[index];
      return (
        other !== undefined &&
        one.text === other.text &&
        one.uses.length === other.uses.length &&
        one.uses.every((use, at) => use === other.uses[at])
      );
    })
  );
}

/**
 * Finds what declarations reach. Each word of a text counts that is the name of a declaration of its file or of an import. This is too much
 * where a local name or an option has the name of a declaration, and never too little. Names of the prelude mean the same in every compilation.
 */
export class Reaches {
  readonly #files: LoadedFiles;
  readonly #scopes: Bindings["scopes"];
  readonly #uses = new Map<SymbolDeclaration, readonly SymbolDeclaration[]>();

  constructor(files: LoadedFiles, { scopes }: Bindings) {
    this.#files = files;
    this.#scopes = scopes;
  }

  /** `undefined` where a declaration has a mistake of syntax: what is read of its text may then depend on what is around it. */
  of(root: SymbolDeclaration): Reach | undefined {
    const indices = new Map<SymbolDeclaration, number>([[root, 0]]);
    const reached: Reached[] = [];
    // The map grows while it is walked.
    for (const [declaration, index] of indices) {
      const isWhole = index === 0 || !isName(declaration);
      if (isWhole && this.#isBroken(declaration)) return undefined;
      const used = isWhole ? this.#usesOf(declaration) : [];
      for (const next of used) if (!indices.has(next)) indices.set(next, indices.size);
      reached.push({
        declaration,
        text: isWhole ? this.#textOf(declaration) : `${declaration.kind} ${declaration.name.name}`,
        uses: used.map((next) => indices.get(next) ?? 0),
      });
    }
    return reached;
  }

  #usesOf(declaration: SymbolDeclaration): readonly SymbolDeclaration[] {
    const known = this.#uses.get(declaration);
    if (known) return known;
    const symbols = this.#scopes.get(declaration.span.file)?.symbols;
    const uses = wordsOf(this.#textOf(declaration)).flatMap((word) => symbols?.get(word) ?? []);
    this.#uses.set(declaration, uses);
    return uses;
  }

  #textOf({ span }: SymbolDeclaration): string {
    return this.#files.get(span.file)?.text.slice(span.start, span.end) ?? "";
  }

  #isBroken({ span }: SymbolDeclaration): boolean {
    return this.#files.get(span.file)?.problems.some((problem) => spansOf(problem).some(touches(span))) ?? true;
  }
}

/** A task, a data set or a stage is no more than its name to others. */
function isName({ kind }: SymbolDeclaration): boolean {
  return kind === "Task" || kind === "Dataset" || kind === "Stage";
}

function wordsOf(text: string): readonly string[] {
  return [...new Set(text.match(/[A-Za-z_]\w*/gu))];
}

function spansOf(problem: SyntaxProblem): readonly Span[] {
  return problem.kind === "unclosed" ? [problem.span, problem.openedAt] : [problem.span];
}

function touches(span: Span): (other: Span) => boolean {
  return ({ start, end }) => start <= span.end && span.start <= end;
}
