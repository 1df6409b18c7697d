// Learning curve and evaluations of a run as CSV files: the same columns as the server's tables.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { parse, format } from 'node:path';
import { learningCurvePointSchema, toCurvePoint } from '../api/learning-curve.ts';
import { evaluationResultSchema, type EvaluationResult, type TrainingFigures } from '../job/job.ts';
import { CurveFileError } from './curve-file-error.ts';
import type { CurveFile, CurveFileOptions } from './curve-file.ts';
import { formatLine, formatRow } from './format-csv.ts';
import { GrowingFile } from './growing-file.ts';

const curveColumns = learningCurvePointSchema.keyof().options;
const evaluationColumns = evaluationResultSchema.keyof().options;

/** `curve.csv` has the curve, and `curve-evaluations.csv` beside it the evaluations. */
export function nameEvaluations(path: string): string {
  const { dir, name, ext } = parse(path);
  return format({ dir, name: `${name}-evaluations`, ext });
}

interface CsvTable {
  readonly file: GrowingFile;
  /** Steps of its last row; rows with as many or fewer are there already. */
  lastSteps: number;
}

export class CsvRun implements CurveFile {
  readonly #curve: CsvTable;
  readonly #evaluations: CsvTable;

  private constructor(curve: CsvTable, evaluations: CsvTable) {
    this.#curve = curve;
    this.#evaluations = evaluations;
  }

  /**
   * Creates the files, or overwrites them. Those of a run that continues keep their rows up to its checkpoint. Throws
   * CurveFileError if they cannot be written, or if a run would continue files that are not its own.
   */
  static async open(
    path: string,
    { resumedAtSteps, onFailure }: CurveFileOptions,
    intervalMs?: number,
  ): Promise<CsvRun> {
    const open = async (file: string, columns: readonly string[]): Promise<CsvTable> => {
      const { position, lastSteps } = await startFile(file, columns, resumedAtSteps);
      const prepare = async () => ({ path: file, position });
      const growing = new GrowingFile({
        prepare,
        onFailure,
        ...(intervalMs !== undefined && { intervalMs }),
      });
      return { file: growing, lastSteps };
    };
    const curve = await open(path, curveColumns);
    return new CsvRun(curve, await open(nameEvaluations(path), evaluationColumns));
  }

  addPoint(figures: TrainingFigures): void {
    const point = toCurvePoint(figures);
    append(this.#curve, point.steps, formatRow(curveColumns, point));
  }

  addEvaluation(evaluation: EvaluationResult): void {
    append(this.#evaluations, evaluation.steps, formatRow(evaluationColumns, evaluation));
  }

  async close(): Promise<void> {
    await Promise.all([this.#curve.file.close(), this.#evaluations.file.close()]);
  }
}

function append(table: CsvTable, steps: number, row: string): void {
  if (steps <= table.lastSteps) return;
  table.lastSteps = steps;
  table.file.append(Buffer.from(row));
}

interface StartedFile {
  /** After the last row that is kept, in bytes. */
  readonly position: number;
  readonly lastSteps: number;
}

async function startFile(
  path: string,
  columns: readonly string[],
  resumedAtSteps: number | null,
): Promise<StartedFile> {
  const head = formatLine(columns);
  try {
    const earlier = resumedAtSteps === null ? null : await readEarlier(path);
    if (earlier === null) await writeFile(path, head);
    const rows = earlier === null ? [] : keepRows(path, earlier, { head, untilSteps: resumedAtSteps ?? 0 });
    const content = head + rows.map((row) => `${row}\r\n`).join('');
    if (earlier !== null) {
      await writeFile(`${path}.new`, content);
      await rename(`${path}.new`, path);
    }
    return { position: Buffer.byteLength(content), lastSteps: readSteps(rows.at(-1) ?? '-1') };
  } catch (error) {
    if (error instanceof CurveFileError) throw error;
    throw CurveFileError.of(path, error);
  }
}

async function readEarlier(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** A last line without an end was not written completely. */
function keepRows(
  path: string,
  earlier: string,
  { head, untilSteps }: { readonly head: string; readonly untilSteps: number },
): string[] {
  if (!earlier.startsWith(head))
    throw new CurveFileError(`${path} is no table of this run: its columns are others; name another file`);
  const rows = earlier.slice(head.length).split('\r\n').slice(0, -1);
  return rows.filter((row) => readSteps(row) <= untilSteps);
}

/** The first column of both tables. */
function readSteps(row: string): number {
  return Number(row.split(',', 1)[0]);
}
