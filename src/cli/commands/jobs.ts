// a3c jobs: the jobs of a server, listed, watched, started and changed.
import type { Command } from 'commander';
import { z } from 'zod';
import type { A3CClient } from '../../client/a3c-client.ts';
import type { JobOverview } from '../../shared/api/server-status.ts';
import { algorithmSchema, jobRequestSchema } from '../../shared/job/job-spec.ts';
import { jobStateSchema, type Job } from '../../shared/job/job.ts';
import { confirm } from '../asking/confirm.ts';
import type { CommandContext, DefineCommand } from '../command-context.ts';
import { jsonFlag } from '../flags/json-flags.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';
import { formatTable } from '../format-table.ts';
import { findJob, jobArgument } from '../jobs/find-job.ts';
import { serverFlags, withServer } from '../jobs/server-flags.ts';
import { watchJob } from '../jobs/watch-job.ts';
import { defineEvaluation } from '../jobs/evaluate-job.ts';
import { configFlag } from '../settings/config-flag.ts';
import { readGivenJob } from '../settings/given-job.ts';
import { readEnvironment, readSettingsFile } from '../settings/read-settings-file.ts';
import { takeStandardOutput } from '../standard-output.ts';
import { formatCount, formatNumber } from '../training/format-metrics.ts';

const sharedSchema = z.strictObject({ ...serverFlags, ...jsonFlag });
const listSchema = sharedSchema.extend({
  state: jobStateSchema.optional().describe('Only jobs in this state'),
  environment: z.string().optional().describe('Only jobs of this environment'),
  algorithm: algorithmSchema.optional().describe('Only jobs of this algorithm'),
  name: z.string().min(1).optional().describe('Only jobs with this text in their name'),
  metadata: z.string().optional().describe('Only jobs with this field in their metadata: key=value'),
  limit: z.int().min(1).max(1000).default(20).describe('Maximum number of jobs, newest first'),
});
const startSchema = z.object({
  ...serverFlags,
  ...configFlag,
  ...jsonFlag,
  watch: z.boolean().default(false).describe('Watch the job until it is finished'),
});
const removeSchema = sharedSchema.extend({
  yes: z.boolean().default(false).describe('Delete without asking'),
});

const interruptedExitCode = 130;

export const defineJobs: DefineCommand = (command, context) => {
  defineList(command);
  // Flags after the name of a subcommand are its own.
  command.enablePositionalOptions();
  defineList(command.command('list').description('The same as a3c jobs'));
  defineWatch(command, context);
  defineStart(command, context);
  defineChange(command, 'pause', [
    'Ask jobs to write a checkpoint and pause',
    (client, id) => client.pauseJob(id),
  ]);
  defineChange(command, 'resume', ['Continue paused jobs', (client, id) => client.resumeJob(id)]);
  defineChange(command, 'cancel', ['Cancel jobs', (client, id) => client.cancelJob(id)]);
  defineEvaluation(command, context);
  defineRemove(command);
  defineLogs(command);
};

const header = [
  'ID',
  'NAME',
  'ENVIRONMENT',
  'ALGORITHM',
  'STATE',
  'AVERAGE',
  'BEST',
  'STEPS',
  'PROGRESS',
  'STEPS/S',
];

function describeRow(job: JobOverview): string[] {
  return [
    job.id,
    job.name ?? '',
    job.environment,
    job.algorithm,
    job.endedBy === 'targetReward' ? 'solved' : job.state,
    formatNumber(job.movingAverageReward),
    formatNumber(job.bestReward),
    formatCount(job.steps),
    `${Math.round(job.progress * 100)} %`,
    job.stepsPerSecond > 0 ? formatCount(job.stepsPerSecond) : '',
  ];
}

function defineList(command: Command): void {
  addSchemaFlags(command, listSchema);
  command.action(async () => {
    const { url, json, ...filter } = readSchemaFlags(command, listSchema);
    const output = takeStandardOutput();
    const { data } = await withServer(url, async (client) => await client.listOverviews(filter));
    if (json) output.write(`${JSON.stringify(data)}\n`);
    else output.write(`${data.length === 0 ? 'no jobs' : formatTable([header, ...data.map(describeRow)])}\n`);
  });
}

function defineWatch(parent: Command, { setExitCode }: CommandContext): void {
  const command = parent
    .command('watch')
    .description('Show a job while it trains')
    .argument('<job>', jobArgument);
  addSchemaFlags(command, sharedSchema);
  command.action(async (text: string) => {
    const { url, json } = readSchemaFlags(command, sharedSchema);
    await withServer(url, async (client) => {
      await watch(client, await findJob(client, text), { isJson: json, setExitCode });
    });
  });
}

interface WatchFlags extends Pick<CommandContext, 'setExitCode'> {
  readonly isJson: boolean;
}

/** A job that failed, or a person who stops looking, shows in the exit code; the job trains on. */
async function watch(client: A3CClient, id: string, { isJson, setExitCode }: WatchFlags): Promise<void> {
  const interruption = new AbortController();
  process.once('SIGINT', () => {
    interruption.abort();
  });
  const output = takeStandardOutput();
  const { state } = await watchJob(client, id, { output, isJson, signal: interruption.signal });
  if (interruption.signal.aborted) setExitCode(interruptedExitCode);
  else if (state === 'failed') setExitCode(1);
}

function defineStart(parent: Command, { setExitCode }: CommandContext): void {
  const command: Command = parent
    .command('start')
    .description('Post a job')
    .argument('[environment]', 'id of an environment of the server; may come from --config');
  addSchemaFlags(command, startSchema);
  command.optionsGroup('Job fields (defaults: the preset of the environment, see a3c presets):');
  addSchemaFlags(command, jobRequestSchema, ['environment', 'network.modelDescription']);
  command.action(async (argument: string | undefined) => {
    const { url, json, watch: isWatched, config } = readSchemaFlags(command, startSchema);
    const file = config === undefined ? null : await readSettingsFile(config);
    const environment = argument ?? readEnvironment(file);
    if (environment === undefined)
      command.error(
        "error: missing required argument 'environment' (or --config with a file that names one)",
      );
    const given = readGivenJob(command, file, { environment });
    await withServer(url, async (client) => {
      const job = await given.report(() => client.createJob(given.request));
      if (isWatched) await watch(client, job.id, { isJson: json, setExitCode });
      else print([job], json);
    });
  });
}

function defineChange(
  parent: Command,
  name: string,
  [description, change]: readonly [string, (client: A3CClient, id: string) => Promise<Job>],
): void {
  const command = parent.command(name).description(description).argument('<jobs...>', jobArgument);
  addSchemaFlags(command, sharedSchema);
  command.action(async (texts: string[]) => {
    const { url, json } = readSchemaFlags(command, sharedSchema);
    await withServer(url, async (client) => {
      const changed: Job[] = [];
      for (const text of texts) changed.push(await change(client, await findJob(client, text)));
      print(changed, json);
    });
  });
}

function defineRemove(parent: Command): void {
  const command = parent
    .command('rm')
    .description('Delete finished jobs and their models')
    .argument('<jobs...>', jobArgument);
  addSchemaFlags(command, removeSchema);
  command.action(async (texts: string[]) => {
    const { url, json, yes } = readSchemaFlags(command, removeSchema);
    await withServer(url, async (client) => {
      const ids: string[] = [];
      for (const text of texts) ids.push(await findJob(client, text));
      if (!yes && !(await confirm(`Delete ${ids.join(', ')} with their models?`)))
        command.error('error: nothing was deleted; answer y, or add --yes');
      for (const id of ids) await client.deleteJob(id);
      process.stdout.write(json ? `${JSON.stringify(ids)}\n` : `deleted ${ids.join(', ')}\n`);
    });
  });
}

function defineLogs(parent: Command): void {
  const command = parent
    .command('logs')
    .description('Print what happened to a job: states, evaluations, warnings and messages')
    .argument('<job>', jobArgument);
  addSchemaFlags(command, sharedSchema);
  command.action(async (text: string) => {
    const { url, json } = readSchemaFlags(command, sharedSchema);
    await withServer(url, async (client) => {
      const id = await findJob(client, text);
      const { data } = await client.listNewestEvents(id, ['state', 'evaluation', 'warning', 'change', 'log']);
      const lines = data.map((event) =>
        json ? JSON.stringify(event) : `${event.time}  ${event.type.padEnd(10)}  ${describeData(event.data)}`,
      );
      if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
    });
  });
}

function describeData(data: object): string {
  return Object.entries(data)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ');
}

function print(jobs: readonly Job[], isJson: boolean): void {
  const text = isJson ? JSON.stringify(jobs) : jobs.map(({ id, state }) => `${id}  ${state}`).join('\n');
  process.stdout.write(`${text}\n`);
}
