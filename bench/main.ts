// npm run bench [-- WORD … --runs N]: measures this machine, prints the table and writes bench/results.json. With words,
// only the rows that match all of them are measured, and the others keep their figures.
import { parseArgs } from 'node:util';
import { measureRow, trainingSeconds, type MeasuredFigures } from './measure-row.ts';
import {
  describeMachine,
  mergeResults,
  readResults,
  writeResults,
  type Results,
  type RowResult,
} from './results.ts';
import { benchRows, listMeasures, selectRows } from './rows.ts';
import { formatFigure } from './statistics.ts';
import { printTableLine } from './table-line.ts';

const { values, positionals: words } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '5' } },
});
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) {
  throw new RangeError(`--runs takes a number of runs from 1, not ${values.runs}`);
}
const measures = benchRows.flatMap(listMeasures);
const selected = selectRows(benchRows, words);
if (selected.length === 0) {
  throw new RangeError(`no row matches "${words.join(' ')}"; there are:\n${measures.join('\n')}`);
}
const measureWidth = Math.max(...measures.map(({ length }) => length));

function printFigures({ figures, ratio }: MeasuredFigures): void {
  const { measure, unit, target, median, min, max } = figures;
  const times = ratio === null ? '' : `${ratio.toFixed(ratio < 10 ? 1 : 0)} ×`;
  printTableLine(measureWidth, { measure, unit }, [...[median, min, max].map(formatFigure), target, times]);
}

const rows: RowResult[] = [];
printTableLine(measureWidth, { measure: 'measure', unit: 'unit' }, [
  'median',
  'min',
  'max',
  'target',
  'ours/peer',
]);
for (const row of selected) {
  for await (const measured of measureRow(row, runs)) {
    printFigures(measured);
    rows.push(measured.figures);
  }
}

const machine = describeMachine();
const measured: Results = { measuredAt: new Date().toISOString(), machine, runs, trainingSeconds, rows };
const isWhole = selected.length === benchRows.length;
await writeResults(isWhole ? measured : mergeResults(await readResults(), measured, measures));
console.log(
  `\n${machine.processor}, ${machine.cores} cores, Node ${machine.node}; written to bench/results.json`,
);
