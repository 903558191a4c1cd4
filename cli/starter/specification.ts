/** The specification that `mtl init` writes. */
export const starterSpecification = `/// Which language is a name written in, and what does it name? Two tasks on one reading of its letters.
model names "The language of a name"

param width: int in 16..512 = 48

// names.csv holds names of regions, languages and currencies out of the Unicode CLDR, as Node carries it.
modality name: text(max_length: 32, tokenizer: characters(size: 160), lowercase: true)

stream letters = name -> embed(width) -> positions(learned) -> transformer(layers: 1, heads: 4)
stream gist = letters -> mean

task language {
  from: gist
  head: linear(12)
  target: category("language", classes: 12)
}

task kind {
  from: gist
  head: linear(3)
  target: category("kind", classes: ["currency", "language", "region"])
}

dataset names {
  path: "names.csv"
  // What is named has one row a language; all of them belong in one split, or the test would know the answers.
  split: { train: 80%, validation: 10%, test: 10%, group: "thing" }
  tasks: [language, kind]
}

stage fit {
  optimizer: adamw(rate: 2e-3)
  schedule: cosine(warmup: 5%)
  batch: 64
  epochs: 5
  clip: 1.0
}
`;
