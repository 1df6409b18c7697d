// Line of a table of measurements, in columns that fit a terminal.

/** Prints the measure, its unit and then the columns, right-aligned. */
export function printTableLine(
  measureWidth: number,
  { measure, unit }: { readonly measure: string; readonly unit: string },
  columns: readonly string[],
): void {
  const cells = [measure.padEnd(measureWidth), unit.padEnd(7), ...columns.map((cell) => cell.padStart(9))];
  console.log(cells.join('  ').trimEnd());
}
