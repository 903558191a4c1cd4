import { shared } from "./app-state.ts";
import { fragmentOf } from "./url-state.ts";

/** Milliseconds after the last change until the address follows. */
const delay = 400;

let following: ReturnType<typeof setTimeout> | undefined;

/** Writes the state into the address soon. */
export function followAddress(): void {
  clearTimeout(following);
  following = setTimeout(() => void writeAddress(), delay);
}

/** Writes the state into the address, and gives the link. */
export async function writeAddress(): Promise<string> {
  clearTimeout(following);
  const fragment = await fragmentOf(shared.value);
  history.replaceState(undefined, "", fragment);
  return new URL(fragment, location.href).href;
}

/** Keeps what is open now in the history of the browser, whose Back gives it again: something else is about to be opened. */
export async function keepInHistory(): Promise<void> {
  history.pushState(undefined, "", await writeAddress());
}
