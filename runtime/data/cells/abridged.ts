const mostCharacters = 80;
const mostNames = 20;

/** A name or a value of the data in a message, which a hostile or a careless file can make as long as it likes. */
export function abridged(name: string): string {
  return name.length > mostCharacters ? `${name.slice(0, mostCharacters)}…` : name;
}

/** `"a", "b"`, and how many more there are. */
export function abridgedList(names: readonly string[]): string {
  const listed = names.slice(0, mostNames).map((name) => `"${abridged(name)}"`);
  const more = names.length - listed.length;
  return `${listed.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
