/** The part of the Web Locks API that is used; the types of this repository are those of Node. */
interface Locks {
  request(name: string, options: { readonly signal: AbortSignal }, held: () => Promise<void>): Promise<void>;
  query(): Promise<{ readonly held?: readonly { readonly name?: string }[] }>;
}

const { navigator } = globalThis as unknown as { readonly navigator: { readonly locks: Locks } };
const prefix = "mtl run ";

/**
 * Waits until no other worker of the browser has the name, and has it until `leave` or the end of this worker, however
 * that ends.
 */
export function waitForLock(name: string, leave: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const held = (): Promise<void> => {
      resolve();
      return new Promise((left) => leave.addEventListener("abort", () => left()));
    };
    navigator.locks.request(prefix + name, { signal: leave }, held).catch(reject);
  });
}

/** The names that workers of the browser have. */
export async function heldLocks(): Promise<ReadonlySet<string>> {
  const { held = [] } = await navigator.locks.query();
  return new Set(held.flatMap(({ name = "" }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : [])));
}
