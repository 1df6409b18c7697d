/** Levenshtein's distance: how many letters to insert, remove or replace to turn `from` into `to`. */
export function measureEditDistance(from: string, to: string): number {
  let previousRow = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const currentRow = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (previousRow[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const inserted = (currentRow[column - 1] ?? 0) + 1;
      currentRow.push(Math.min(replaced, (previousRow[column] ?? 0) + 1, inserted));
    }
    previousRow = currentRow;
  }
  return previousRow[to.length] ?? 0;
}
