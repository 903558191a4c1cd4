const mostCharacters = 80;
const mostNames = 20;

/**
 * Shortens a name or a value of the data for a message, since a hostile or careless file can make it arbitrarily long.
 */
export function abridged(name: string): string {
  return name.length > mostCharacters ? `${name.slice(0, mostCharacters)}…` : name;
}

/** Lists names as `"a", "b"`, and says how many more there are. */
export function abridgedList(names: readonly string[]): string {
  const listed = names.slice(0, mostNames).map((name) => `"${abridged(name)}"`);
  const more = names.length - listed.length;
  return `${listed.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
