import { describe, expect, test } from "vitest";
import { parse } from "../../grammar/parse.ts";
import { heads } from "../../grammar/tokens.ts";
import { outline, parseCleanly, structureOf } from "./support.ts";

const soft = [...Object.keys(heads), "as", "from", "in", "of", "one", "list", "repeat", "except"];

/**
 * Every position in the grammar where a name can be, followed in turn by the end of the text, a neighbour that begins
 * with a keyword, and a key.
 */
const places = (name: string): readonly string[] => [
  `stream ${name} = a  stream b = c`,
  `param ${name}: int = 1  param ${name}_2 = 2`,
  `modality ${name}: image(1)  modality b: text(1)`,
  `block ${name}(${name}: ${name}, b: list of ${name} = ${name}): ${name} { return ${name} }`,
  `block b(x: one of [${name}, a]): (${name}: tokens, ${name}) { let ${name} = x  let (a, ${name}) = ${name}  return x }`,
  `block b() { weight ${name}[${name}] = ${name}  state ${name} = ${name}  update ${name} = ${name}  layer ${name} = ${name}  return ${name} }`,
  `import { ${name}, a } from "x"  import { a, ${name} } from "y"`,
  `task ${name} { ${name}: ${name}  ${name}: ${name}  b: ${name} }  task b { }  stage ${name} { }  dataset ${name} { a: ${name} }  model ${name}  stream a = b`,
  `stage s { a: f(${name}, ${name} = ${name}, ${name}: ${name}) { ${name}: ${name} b: 1 }  c: { ${name}: 1 ${name}: [${name}] } }`,
  `stream a = ${name}  stream b = c -> ${name}  fusion d = x.${name}.${name}  layer e = ${name}.a  renamed "a" -> "b"`,
  `stream a = repeat(2) as ${name} from (${name} = a, b = ${name}) { let c = ${name}  yield (${name}, b) }`,
  `stream a = repeat(2) as ${name} { it -> ${name} }`,
  `stream a = if ${name} then ${name} else ${name}  stream b = not ${name} and optional ${name}`,
];

describe("keywords are names wherever a name can stand", () => {
  test.each(soft)("%s", (name) => {
    const plain = places("zzz").map((text) => outline(parseCleanly(text)).replaceAll("zzz", name));
    expect(places(name).map((text) => outline(parseCleanly(text)))).toEqual(plain);
  });

  test.each(["if", "then", "else", "let", "return", "yield", "true", "false", "none", "optional", "not", "and", "or"])(
    "%s is reserved, and yet a member",
    (word) => {
      expect(parse(`stream ${word} = a`, "test.mtl").problems).not.toEqual([]);
      expect(structureOf(`a.${word}`)).toBe(`a.${word}`);
    },
  );
});
