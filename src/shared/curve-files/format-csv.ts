// Tables as CSV (RFC 4180), as spreadsheets and data frames open them.

export const csvMediaType = 'text/csv; charset=utf-8; header=present';

export type Cell = number | string | null;

export interface Table<Column extends string> {
  readonly columns: readonly Column[];
  readonly rows: readonly Readonly<Record<Column, Cell>>[];
}

/** A line of column names, then a line for each row, each ended by CRLF; null is an empty cell. */
export function formatCsv<Column extends string>({ columns, rows }: Table<Column>): string {
  return formatLine(columns) + rows.map((row) => formatRow(columns, row)).join('');
}

export function formatRow<Column extends string>(
  columns: readonly Column[],
  row: Readonly<Record<Column, Cell>>,
): string {
  return formatLine(columns.map((column) => row[column]));
}

export function formatLine(cells: readonly Cell[]): string {
  return `${cells.map(formatCell).join(',')}\r\n`;
}

function formatCell(cell: Cell): string | number {
  if (cell === null) return '';
  if (typeof cell === 'number') return cell;
  // A spreadsheet would compute text that starts like a formula.
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
