/** A map whose values are made when they are first asked for, each once. */
export class LazyMap<Key, Value> implements ReadonlyMap<Key, Value> {
  readonly #make: ReadonlyMap<Key, () => Value>;
  readonly #made = new Map<Key, Value>();

  constructor(entries: Iterable<readonly [Key, () => Value]>) {
    this.#make = new Map(entries);
  }

  get size(): number {
    return this.#make.size;
  }

  has(key: Key): boolean {
    return this.#make.has(key);
  }

  get(key: Key): Value | undefined {
    const known = this.#made.get(key);
    const make = this.#make.get(key);
    if (known !== undefined || make === undefined) return known;
    const value = make();
    this.#made.set(key, value);
    return value;
  }

  keys(): MapIterator<Key> {
    return this.#make.keys();
  }

  values(): MapIterator<Value> {
    return this.#all().values();
  }

  entries(): MapIterator<[Key, Value]> {
    return this.#all().entries();
  }

  [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.entries();
  }

  forEach(each: (value: Value, key: Key, map: ReadonlyMap<Key, Value>) => void): void {
    for (const [key, value] of this) each(value, key, this);
  }

  #all(): ReadonlyMap<Key, Value> {
    return new Map([...this.keys()].map((key) => [key, this.get(key) as Value]));
  }
}
