/** A name of a region, a language or a currency, as it is written in one language. */
export interface NameRow {
  readonly name: string;
  readonly language: (typeof languages)[number];
  readonly kind: (typeof kinds)[number];
  /** What is named: `region DE`. Its names in two languages are often alike, so rows of one thing belong in one split. */
  readonly thing: string;
}

const kinds = ["region", "language", "currency"] as const;

/** All written in Latin letters, so that the alphabet alone does not tell. */
const languages = ["de", "en", "es", "fi", "fr", "hu", "id", "it", "nl", "pl", "pt", "tr"] as const;

/**
 * Names out of the Unicode Common Locale Data Repository, which every Node with full ICU carries: real data that nobody has to download,
 * the same wherever the version of ICU is. A name that two of the languages share is left out, for it would have two right answers; so is one
 * of two things, which could be in two splits.
 * A Node without full ICU gives no rows.
 */
export function namesFromUnicode(): readonly NameRow[] {
  if (Intl.DisplayNames.supportedLocalesOf(languages).length < languages.length) return [];
  const rows = languages.flatMap((language) => kinds.flatMap((kind) => namesIn(language, kind)));
  const rowsOf = new Map<string, number>();
  for (const { name } of rows) rowsOf.set(plain(name), (rowsOf.get(plain(name)) ?? 0) + 1);
  return rows.filter(({ name }) => rowsOf.get(plain(name)) === 1);
}

/** As the starter's model reads it. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/\s+/g, " ");
}

function namesIn(language: NameRow["language"], kind: NameRow["kind"]): readonly NameRow[] {
  const names = new Intl.DisplayNames([language], { type: kind, fallback: "none" });
  return codes[kind]().flatMap((code) => {
    const name = names.of(code);
    return name === undefined ? [] : [{ name, language, kind, thing: `${kind} ${code}` }];
  });
}

const letters = Array.from({ length: 26 }, (_, index) => String.fromCodePoint(65 + index));
const pairs = letters.flatMap((first) => letters.map((second) => first + second));

/** Codes that stand for themselves: a withdrawn one, such as ZR for CD, would name the same thing twice. */
const codes: { readonly [Kind in NameRow["kind"]]: () => readonly string[] } = {
  region: () => pairs.filter((code) => new Intl.Locale(`und-${code}`).region === code),
  language: () => pairs.map((pair) => pair.toLowerCase()).filter((code) => new Intl.Locale(code).language === code),
  currency: () => Intl.supportedValuesOf("currency"),
};
