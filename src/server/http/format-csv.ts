// Tables of numbers as CSV (RFC 4180), as spreadsheets open them.

export const csvMediaType = 'text/csv; charset=utf-8; header=present';

export interface NumberTable<Column extends string> {
  readonly columns: readonly Column[];
  readonly rows: readonly Readonly<Record<Column, number | null>>[];
}

/**
 * A line of column names, then a line for each row, each ended by CRLF; null is an empty cell. Nothing is quoted: the
 * names are words, and numbers have no commas.
 */
export function formatCsv<Column extends string>({ columns, rows }: NumberTable<Column>): string {
  const lines = rows.map((row) => columns.map((column) => row[column] ?? ''));
  return [columns, ...lines].map((cells) => `${cells.join(',')}\r\n`).join('');
}
