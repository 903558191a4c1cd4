import { renderText } from "../../compiler/diagnostics/render/text.ts";
import { type Compilation, compileProgram } from "../../compiler/program.ts";
import { settingKind } from "../../compiler/settings/setting-kind.ts";
import { type SetParams, SpecificationError } from "../compile.ts";
import { createNodeHost } from "../files/node-host.ts";
import { UserError } from "../user-error.ts";
import { endsOf } from "./draw.ts";
import type { SearchMethod } from "./methods/method.ts";
import type { Trial } from "./trial.ts";
import type { KindOfNumbers, Space } from "./space.ts";

/** A specification that is compiled with many values. */
export interface SearchedSpecification {
  /** Absolute path of the `.mtl` file. */
  readonly entry: string;
  /** The path in messages. */
  readonly shown: string;
  readonly set: SetParams;
}

/** The numbers that params and options take. The function throws `UserError` with the diagnostic if there is none of this name. */
export function kindsIn(of: SearchedSpecification): KindOfNumbers {
  const compilation = compiled(of, {});
  const { bindings, files } = compilation;
  if (!isSound(compilation) || !bindings) throw new SpecificationError(of.shown, compilation);
  return (name) => {
    const kind = settingKind({ files, bindings }, name);
    if (kind === undefined) throw withErrors(of, { [name]: "0" }, compiled(of, { [name]: "0" }));
    return kind;
  };
}

/** Compiles the specification with the ends of each dimension and with each choice, before anything is trained. */
export function checkEnds(of: SearchedSpecification, space: Space): void {
  for (const dimension of space)
    for (const value of endsOf(dimension)) {
      const values = { [dimension.name]: value };
      const compilation = compiled(of, values);
      if (!isSound(compilation)) throw withErrors(of, values, compilation);
    }
}

const mostAttempts = 200;

/**
 * The trials that a method proposes beyond those that are known. Values that are the same as those of another trial, or
 * with which the specification has errors, such as a width that the heads do not divide, are drawn again.
 */
export function proposedTrials(
  of: SearchedSpecification,
  method: SearchMethod,
  known: readonly Trial[],
): readonly Trial[] {
  const trials = [...known];
  const seen = new Set(known.map(({ values }) => JSON.stringify(values)));
  let refused: (() => UserError) | undefined;
  for (let number = known.length + 1; number <= method.trials; number++) {
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const values = method.valuesOf(number, attempt);
      if (!values) break;
      const key = JSON.stringify(values);
      if (seen.has(key)) continue;
      seen.add(key);
      const compilation = compiled(of, values);
      if (!isSound(compilation)) {
        refused ??= () => withErrors(of, values, compilation);
        continue;
      }
      trials.push({
        number: trials.length + 1,
        values,
        state: "waiting",
        run: null,
        until: null,
        validations: 0,
        scores: [],
      });
      break;
    }
  }
  if (trials.length === 0 && refused) throw refused();
  return trials;
}

function compiled({ entry, set }: SearchedSpecification, values: SetParams): Compilation {
  return compileProgram({ entry, host: createNodeHost(), set: { ...set, ...values } });
}

function isSound({ verdict }: Compilation): boolean {
  return verdict === "ok";
}

function withErrors(
  { shown }: SearchedSpecification,
  values: SetParams,
  { diagnostics, sources }: Compilation,
): UserError {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const given = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  return new UserError(
    "specification",
    `With ${given.join(", ")}, "${shown}" has errors, so that nothing is trained.\n\n${renderText({ diagnostics: errors, sources, displayPath: (file) => file })}`,
    "Change the values of --over. `mtl expand` shows every option with its path and value.",
  );
}
