interface Confusions {
  readonly classes: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

/** The largest number of classes whose confusions are shown as a matrix. */
const mostClasses = 20;
/** The most characters that the names of the columns have beside each other. */
const mostInRow = 45;

/** How often rows of each class were predicted to be of each class: a matrix, or the most frequent confusions of many classes. */
export function Confusion(confusions: Confusions) {
  return confusions.classes.length <= mostClasses ? <Matrix {...confusions} /> : <Pairs {...confusions} />;
}

function Matrix({ classes, counts }: Confusions) {
  return (
    <div class="table">
      <table class={classes.join("").length > mostInRow ? "confusion tall" : "confusion"}>
        <thead>
          <tr>
            <th>true ↓ predicted →</th>
            {classes.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {classes.map((name, actual) => {
            const row = counts[actual] ?? [];
            const total = row.reduce((sum, count) => sum + count, 0) || 1;
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                {classes.map((given, index) => {
                  const count = row[index] ?? 0;
                  const kind = index === actual ? "right" : count > 0 ? "wrong" : "none";
                  return (
                    <td key={given} class={kind} style={{ "--part": (count / total).toFixed(3) }}>
                      {Number.isInteger(count) ? count : count.toFixed(1)}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Pairs({ classes, counts }: Confusions) {
  const pairs = counts.flatMap((row, actual) =>
    row.flatMap((count, given) => (count > 0 && given !== actual ? [{ actual, given, count }] : [])),
  );
  return (
    <ul class="pairs">
      <li class="note">true → predicted, and the number of rows</li>
      {pairs
        .toSorted((one, other) => other.count - one.count)
        .slice(0, 12)
        .map(({ actual, given, count }) => (
          <li key={`${actual} ${given}`}>
            {classes[actual]} → {classes[given]} <small>{count}</small>
          </li>
        ))}
    </ul>
  );
}
