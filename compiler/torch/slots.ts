/**
 * Numbers in a text that may differ between applications of one block. In the text a number is a slot, `⟨3⟩`; when all applications are known, slots with
 * one value become that value, and the others arguments.
 */
export interface NumberInText {
  readonly value: number;
  /** The name of the argument, where nothing better is known. */
  readonly hint: string;
}

export function slot(index: number): string {
  return `⟨${index}⟩`;
}

/** The text with every slot replaced. */
export function withSlots(text: string, shown: (index: number) => string): string {
  return text.replaceAll(/⟨(\d+)⟩/g, (_, index: string) => shown(Number(index)));
}

/** The numbers that a function is given in addition to its tensors, as slots of the text that calls it: `⟦4+12⟧` for the function 4, from slot 12 on. */
export function numbersOfCall(callee: number, first: number): string {
  return `⟦${callee}+${first}⟧`;
}

export function withNumbersOfCalls(text: string, shown: (callee: number, first: number) => string): string {
  return text.replaceAll(/⟦(\d+)\+(\d+)⟧/g, (_, callee: string, first: string) => shown(Number(callee), Number(first)));
}
