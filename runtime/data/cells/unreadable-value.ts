/** A value of a data set that cannot be used; whoever knows file and row makes a `DataProblem` of it. Never leaves `runtime/data`. */
export class UnreadableValue extends Error {
  override readonly name = "UnreadableValue";
  readonly column: string | undefined;

  constructor(reason: string, column?: string, options?: ErrorOptions) {
    super(reason, options);
    this.column = column;
  }
}
