/** A name of a region, language or currency in one language. */
export interface NameRow {
  readonly name: string;
  readonly language: (typeof languages)[number];
  readonly kind: (typeof kinds)[number];
  /**
   * The object that has the name: `region DE`. Its names in two languages are often alike, so all of them belong in one
   * split.
   */
  readonly thing: string;
}

const kinds = ["region", "language", "currency"] as const;

/** Languages in Latin letters, so that the alphabet alone does not give away the language. */
const languages = ["de", "en", "es", "fi", "fr", "hu", "id", "it", "nl", "pl", "pt", "tr"] as const;

/**
 * Names from the Unicode Common Locale Data Repository, which every Node with full ICU contains: real data without a
 * download, which is the same for each version of ICU. A name that two languages share is left out, because it would
 * have two right answers. A name of two objects is left out, too, because they could be in two splits. The result is
 * empty on a Node without full ICU.
 */
export function namesFromUnicode(): readonly NameRow[] {
  if (Intl.DisplayNames.supportedLocalesOf(languages).length < languages.length) return [];
  const rows = languages.flatMap((language) => kinds.flatMap((kind) => namesIn(language, kind)));
  const rowsOf = new Map<string, number>();
  for (const { name } of rows) rowsOf.set(plain(name), (rowsOf.get(plain(name)) ?? 0) + 1);
  return rows.filter(({ name }) => rowsOf.get(plain(name)) === 1);
}

/** Normalises a name as the starter's model reads it. */
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

/** The canonical codes of each kind. A withdrawn code, such as ZR for CD, would name the same object twice. */
const codes: { readonly [Kind in NameRow["kind"]]: () => readonly string[] } = {
  region: () => pairs.filter((code) => new Intl.Locale(`und-${code}`).region === code),
  language: () => pairs.map((pair) => pair.toLowerCase()).filter((code) => new Intl.Locale(code).language === code),
  currency: () => Intl.supportedValuesOf("currency"),
};
