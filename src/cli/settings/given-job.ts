// A job as the command line gives it: the fields of a file, and flags, which win.
import type { Command } from 'commander';
import { A3CApiError } from '../../client/client-errors.ts';
import type { InputIssue } from '../../shared/errors/app-error.ts';
import { describeIssues } from '../../shared/fields/describe-issues.ts';
import { jobRequestSchema, type JobRequest } from '../../shared/job/job-spec.ts';
import { InvalidJobError } from '../../shared/job/resolve-job-spec.ts';
import { describeInFlags, InvalidFlagsError } from '../flags/invalid-flags-error.ts';
import { readFlagValues, type FlagValues } from '../flags/schema-flags.ts';
import { InvalidSettingsError } from './invalid-settings-error.ts';
import { mergeSettings } from './merge-settings.ts';
import type { SettingsFile } from './read-settings-file.ts';

export interface GivenJob {
  readonly request: JobRequest;
  /** Calls `work`, and reports what is wrong with the job where the person wrote it: by its flag, or its line in the file. */
  report<Result>(work: () => Result | Promise<Result>): Promise<Result>;
}

/**
 * Reads the job from the flags of `command` and the file, if there is one. `fixed` are fields that neither may change.
 * Throws InvalidFlagsError or InvalidSettingsError.
 */
export function readGivenJob(
  command: Command,
  file: SettingsFile | null,
  fixed: Partial<JobRequest>,
): GivenJob {
  const flags = readFlagValues(command, jobRequestSchema, Object.keys(fixed));
  if (file) checkFile(file, fixed);
  const merged = { ...mergeSettings(file?.fields ?? {}, flags), ...fixed };
  const refuse = (issues: readonly InputIssue[]) => createRefusal(issues, { flags, file, fixed });
  const parsed = jobRequestSchema.safeParse(merged);
  if (!parsed.success) throw refuse(describeIssues(jobRequestSchema, parsed.error.issues, merged));
  return {
    request: parsed.data,
    report: async (work) => {
      try {
        return await work();
      } catch (error) {
        const isOfFields = error instanceof A3CApiError && error.issues.length > 0;
        if (error instanceof InvalidJobError) throw refuse(error.issues);
        throw isOfFields ? refuse(error.issues) : error;
      }
    },
  };
}

/** Also a field that a flag replaces must be right, so that a file is not right by chance. */
function checkFile(file: SettingsFile, fixed: Partial<JobRequest>): void {
  const content = { ...file.fields, ...fixed };
  const parsed = jobRequestSchema.safeParse(content);
  if (parsed.success) return;
  const issues = describeIssues(jobRequestSchema, parsed.error.issues, content);
  throw new InvalidSettingsError(issues.map((issue) => describeInFile(issue, file)).join(nextMistake));
}

/** Each mistake has a line of its own, below the first. */
const nextMistake = '\n       ';

interface Sources {
  readonly fixed: Partial<JobRequest>;
  readonly flags: FlagValues;
  readonly file: SettingsFile | null;
}

function createRefusal(
  issues: readonly InputIssue[],
  { fixed, flags, file }: Sources,
): InvalidFlagsError | InvalidSettingsError {
  const isFlag = (path: string): boolean => [...flags.keys()].some((flag) => isWithin(path, flag));
  const isArgument = (path: string): boolean =>
    path === 'environment' && fixed.environment !== file?.fields.environment;
  const isInFile = (path: string): boolean =>
    !isFlag(path) && !isArgument(path) && Object.hasOwn(file?.fields ?? {}, path.split('.')[0] ?? '');
  if (file === null || !issues.some(({ path }) => isInFile(path))) return new InvalidFlagsError(issues);
  return new InvalidSettingsError(
    issues
      .map((issue) => (isInFile(issue.path) ? describeInFile(issue, file) : describeInFlags(issue)))
      .join(nextMistake),
  );
}

/** Whether a path is that of the flag, something in its value, or an object that it is in. */
function isWithin(path: string, flag: string): boolean {
  return path === flag || path.startsWith(`${flag}.`) || flag.startsWith(`${path}.`);
}

function describeInFile({ path, message }: InputIssue, file: SettingsFile): string {
  return `${file.locate(path)}: ${path}: ${message}`;
}
