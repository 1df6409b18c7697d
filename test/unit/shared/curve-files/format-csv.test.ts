import { describe, expect, it } from 'vitest';
import { formatCsv } from '../../../../src/shared/curve-files/format-csv.ts';

describe('a table as CSV', () => {
  it('has columns in their order, empty cells for null, and CRLF after each line', () => {
    const rows = [
      { b: 1.5, a: null },
      { a: -2, b: 1e-7 },
    ];
    expect(formatCsv({ columns: ['a', 'b'], rows })).toBe('a,b\r\n,1.5\r\n-2,1e-7\r\n');
  });

  it.each([
    ['plain text', 'plain text'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    [' padded', '" padded"'],
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1+1', "'\t=1+1"],
    ['=cmd|" /C calc"!A0', '"\'=cmd|"" /C calc""!A0"'],
  ])('the text %j is the cell %s', (text, cell) => {
    expect(formatCsv({ columns: ['a'], rows: [{ a: text }] })).toBe(`a\r\n${cell}\r\n`);
  });
});
