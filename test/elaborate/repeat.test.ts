import { describe, expect, test } from "vitest";
import { complaints, inspect } from "./harness.ts";

const inputs = `model repeats
modality x: tensor(3, 4)
modality y: tensor(2, 4)
`;
const of = (body: string) => inspect(`${inputs}${body}`);
const names = (body: string): readonly string[] => of(body).weights.map(({ name }) => name);

describe("repeat", () => {
  test("runs its body with an index from 0, and not at all for 0", () => {
    const { s, t, reference, untouched } = of(
      "stream s = x -> repeat(3) as i { it * 2 + i }\nstream t = x -> repeat(0) { it * 2 }\nstream reference = ((x * 2) * 2 + 1) * 2 + 2\nstream untouched = x",
    ).run();
    expect(s).toEqual(reference);
    expect(t).toEqual(untouched);
  });

  test("each round has weights of its own; `all` shares one set, `after_first` all but the first round's", () => {
    const sharing = (share: string): readonly string[] =>
      names(`stream s = x -> repeat(3${share}) { it -> linear(4, bias: false) }`);
    expect(sharing("")).toEqual(["s.0.kernel", "s.1.kernel", "s.2.kernel"]);
    expect(sharing(", share: none")).toEqual(sharing(""));
    expect(sharing(", share: all")).toEqual(["s.kernel"]);
    expect(sharing(", share: after_first")).toEqual(["s.0.kernel", "s.1.kernel"]);
  });

  test("shared rounds are the same function", () => {
    const { s, t, one, two } = of(`layer f = norm -> linear(4)
    stream s = x -> repeat(2, share: all) { it -> f }
    stream t = x -> f -> f
    stream u = x -> repeat(1) { it -> mlp }
    stream one = x -> repeat(3, share: after_first) { it -> linear(4) }
    layer first = linear(4)
    stream two = x -> repeat(3, share: after_first) as i { it -> linear(4) }`).run();
    expect(s).toEqual(t);
    expect(one).not.toEqual(two);
    const shared = of("stream s = x -> repeat(3, share: after_first) { it -> linear(4, bias: false) }");
    const [kernelOfFirst, kernelOfRest] = [
      shared.run({ "s.0.kernel": identity(4), "s.1.kernel": identity(4).map((value) => value * 3) }),
      shared.run({ "s.0.kernel": identity(4).map((value) => value * 9), "s.1.kernel": identity(4) }),
    ];
    expect(kernelOfFirst.s).toEqual(kernelOfRest.s);
  });

  test("gives the results of all rounds with `keep: all`, under their numbers, and the same weights", () => {
    const { s, t, first, second } =
      of(`block kept(x: tokens): list of tokens { return x -> repeat(2, keep: all) { it * 3 } }
    stream s = item(x -> kept, 0)
    stream t = item(x -> kept, 1)
    stream first = x * 3
    stream second = x * 3 * 3`).run();
    expect(s).toEqual(first);
    expect(t).toEqual(second);
    const kernels = (keep: string): readonly string[] =>
      names(`block f(x: tokens): any { return x -> repeat(2${keep}) { it -> linear(4, bias: false) } }
      stream s = ${keep === "" ? "concat(x -> f)" : "item(x -> f, 1)"}`);
    expect(kernels(", keep: all")).toEqual(kernels(""));
    expect(
      names(`block f(x: tokens): any { return x -> repeat(2, keep: all) { it * 2 } -> each(linear(4, bias: false)) }
      fusion s = f(x)`),
    ).toEqual(["s.0.kernel", "s.1.kernel"]);
  });

  test("gives a list for each of several carried values, which is empty without a round", () => {
    const counts = (rounds: number): unknown =>
      of(`block f(a: tokens, b: tokens): tensor {
        let (p, q) = repeat(${rounds}, keep: all) from (p = a, q = b) { yield (p * 2, q) }
        return linspace(0, 1, 1 + count(p) + count(q))
      }
      stream s = f(x, y)`).shapes.s;
    expect(counts(0)).toBe("vector[1]");
    expect(counts(3)).toBe("vector[7]");
  });

  test("`from` carries several streams under their names, which `yield` gives on", () => {
    const { a, b, left, right } = of(`block f(a: tokens, b: tokens, n: int): (left: tokens, right: tokens) {
      let (p, q) = repeat(n) as i from (p = a, q = b) { yield (p * 2, q + i) }
      return (p, q)
    }
    fusion s = f(x, y, 3)
    stream a = s.left
    stream b = s.right
    stream left = x * 2 * 2 * 2
    stream right = y + 0 + 1 + 2`).run();
    expect(a).toEqual(left);
    expect(b).toEqual(right);
  });

  test("goes through a list, whose labels name the weights", () => {
    expect(
      names(`block f(streams: list of tokens): list of tokens {
      let (done, n) = repeat(streams) as s from (done = [], n = 0) { yield (append(done, s -> norm), n + 1) }
      return done
    }
    fusion s = f(x, other = y)`).filter((name) => name.endsWith("scale")),
    ).toEqual(["s.x.norm.scale", "s.other.norm.scale"]);
  });

  test("is a layer value where nothing enters it, and a layer is one set of weights", () => {
    const body =
      "layer l = repeat(2) { it -> linear(4, bias: false) }\nstream s = x -> l\nstream t = y -> norm -> l\nstream u = x -> l -> l";
    expect(names(body)).toEqual(
      ["l.0.kernel", "l.1.kernel", "t.norm.scale", "t.norm.offset"].toSorted(
        (a, b) => Number(b.startsWith("l")) - Number(a.startsWith("l")),
      ),
    );
    const { s, twice } = of("layer l = repeat(2) { it * 3 }\nstream s = x -> l\nstream twice = x * 3 * 3").run();
    expect(s).toEqual(twice);
  });

  test("a nested one has its own index and names", () => {
    expect(names("stream s = x -> repeat(2) as i { it -> repeat(2) as j { it -> linear(4, bias: false) } }")).toEqual([
      "s.0.0.kernel",
      "s.0.1.kernel",
      "s.1.0.kernel",
      "s.1.1.kernel",
    ]);
    const { s, reference } = of(
      "stream s = x -> repeat(2) as i { it -> repeat(2) as j { it * 2 + i * 10 + j } }\nstream reference = (((x * 2 + 0) * 2 + 1) * 2 + 10) * 2 + 11",
    ).run();
    expect(s).toEqual(reference);
  });

  test("what does not fit is told", () => {
    expect(complaints(`${inputs}stream s = x -> repeat { it }`).length).toBeGreaterThan(0);
    expect(complaints(`${inputs}stream s = x -> repeat(-1) { it }`)).toEqual(["wrong_type"]);
    expect(complaints(`${inputs}stream s = x -> repeat(2, share: some) { it }`)).toEqual(["unknown_choice"]);
    expect(complaints(`${inputs}stream s = x -> repeat(2) { let a = it }`)).toEqual(["no_result"]);
    expect(complaints(`${inputs}stream s = x -> repeat(1000000) { it }`)).toEqual(["out_of_range"]);
  });
});

function identity(size: number): number[] {
  return Array.from({ length: size * size }, (_, index) => (index % (size + 1) === 0 ? 1 : 0));
}
