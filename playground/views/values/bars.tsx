import { percent } from "./numbers.ts";

/** The number of bars that are shown. */
export const mostBars = 8;

interface BarsSettings {
  readonly of: readonly (readonly [name: string, share: number])[];
  /** Without it the largest is the first. */
  readonly isInOrder?: true;
}

/** Shares as bars with their names. */
export function Bars({ of, isInOrder }: BarsSettings) {
  const shown = (isInOrder ? of : of.toSorted(([, one], [, other]) => other - one)).slice(0, mostBars);
  return (
    <ul class="bars">
      {shown.map(([name, share], index) => (
        <li key={index}>
          <span title={name}>{name}</span>
          <i style={{ "--part": share }} />
          <small>{percent(share)}</small>
        </li>
      ))}
    </ul>
  );
}
