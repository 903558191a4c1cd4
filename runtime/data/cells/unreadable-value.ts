/**
 * A value of a data set that cannot be used. Callers that know the file and the row turn it into a `DataProblem`; it is
 * never thrown out of `runtime/data`.
 */
export class UnreadableValue extends Error {
  override readonly name = "UnreadableValue";
  readonly column: string | undefined;

  constructor(reason: string, column?: string, options?: ErrorOptions) {
    super(reason, options);
    this.column = column;
  }
}
