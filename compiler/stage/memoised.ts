/** A function that is called once, when its result is first wanted. */
export function once<Result>(make: () => Result): () => Result {
  let made: { readonly value: Result } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** A function that is called once for all arguments of one key. */
export function memoised<Arguments extends readonly unknown[], Result>(
  keyOf: (...given: Arguments) => string,
  make: (...given: Arguments) => Result,
): (...given: Arguments) => Result {
  const made = new Map<string, { readonly value: Result }>();
  return (...given) => {
    const key = keyOf(...given);
    const known = made.get(key) ?? { value: make(...given) };
    made.set(key, known);
    return known.value;
  };
}
