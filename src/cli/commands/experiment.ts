// a3c experiment: experiments and tunings of a server, listed, started, shown, cancelled and deleted.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import type { A3CClient } from '../../client/a3c-client.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { jobRequestSchema } from '../../shared/job/job-spec.ts';
import { isFinished } from '../../shared/job/transition.ts';
import { confirm } from '../asking/confirm.ts';
import type { DefineCommand } from '../command-context.ts';
import { formatExperiment, formatOverviews, formatTuning } from '../experiments/format-experiment.ts';
import { listExperiments } from '../experiments/list-experiments.ts';
import { readVariations } from '../experiments/read-variations.ts';
import { jsonFlag } from '../flags/json-flags.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';
import { serverFlags, withServer } from '../jobs/server-flags.ts';
import { createScreen } from '../play/screen.ts';
import { configFlag } from '../settings/config-flag.ts';
import { readGivenJob } from '../settings/given-job.ts';
import { readEnvironment, readSettingsFile } from '../settings/read-settings-file.ts';
import { takeStandardOutput } from '../standard-output.ts';

const sharedSchema = z.strictObject({ ...serverFlags, ...jsonFlag });
const showSchema = sharedSchema.extend({
  watch: z.boolean().default(false).describe('Show it again and again until it is finished'),
});
const startSchema = z.object({
  ...serverFlags,
  ...configFlag,
  ...jsonFlag,
  experimentName: z.string().max(200).optional().describe('Name of the experiment'),
  seeds: z.int().min(1).max(100).default(5).describe('Seeds of each variation, counted from --seed or 1'),
  vary: z
    .array(z.string())
    .default([])
    .describe('A field and its values, like discount=0.9,0.99; several give every combination'),
});
const removeSchema = sharedSchema.extend({
  yes: z.boolean().default(false).describe('Delete without asking'),
});

const idArgument = 'id of an experiment (exp_…) or a tuning (tun_…), the beginning of one, its name, or last';
const refreshMs = 2_000;

/** No experiment, or more than one, is meant. */
class ExperimentNotMeantError extends AppError {
  readonly code = 'EXPERIMENT_NOT_FOUND';
}

export const defineExperiment: DefineCommand = (command) => {
  addSchemaFlags(command, sharedSchema);
  command.enablePositionalOptions();
  command.action(async () => {
    const { url, json } = readSchemaFlags(command, sharedSchema);
    const output = takeStandardOutput();
    const all = await withServer(url, listExperiments);
    output.write(`${json ? JSON.stringify(all) : formatOverviews(all)}\n`);
  });
  defineStart(command);
  defineShow(command);
  defineCancel(command);
  defineRemove(command);
};

function defineStart(parent: Command): void {
  const command: Command = parent
    .command('start')
    .description('Train a job with several seeds, and with each value of what varies')
    .argument('[environment]', 'id of an environment of the server; may come from --config');
  addSchemaFlags(command, startSchema);
  command.optionsGroup('Job fields (defaults: the preset of the environment, see a3c presets):');
  addSchemaFlags(command, jobRequestSchema, ['environment', 'network.modelDescription']);
  command.action(async (argument: string | undefined) => {
    const { url, json, config, seeds, vary, experimentName } = readSchemaFlags(command, startSchema);
    const file = config === undefined ? null : await readSettingsFile(config);
    const environment = argument ?? readEnvironment(file);
    if (environment === undefined)
      command.error(
        "error: missing required argument 'environment' (or --config with a file that names one)",
      );
    const variations = readVariations(vary);
    const given = readGivenJob(command, file, { environment });
    await withServer(url, async (client) => {
      const request = { job: given.request, seeds, variations, name: experimentName ?? null };
      const experiment = await given.report(() => client.createExperiment(request));
      const text = `${experiment.id}  ${experiment.jobs.length} jobs  a3c experiment show ${experiment.id} --watch`;
      process.stdout.write(`${json ? JSON.stringify(experiment) : text}\n`);
    });
  });
}

function defineShow(parent: Command): void {
  const command = parent
    .command('show')
    .description('Show scores and curves')
    .argument('<experiment>', idArgument);
  addSchemaFlags(command, showSchema);
  command.action(async (text: string) => {
    const { url, json, watch } = readSchemaFlags(command, showSchema);
    const output = takeStandardOutput();
    const screen = createScreen(output);
    await withServer(url, async (client) => {
      const id = await findId(client, text);
      for (;;) {
        const { value, lines } = await read(client, id);
        const isLast = !watch || isFinished(value.state);
        if (json) output.write(`${JSON.stringify(value)}\n`);
        else if (watch && output.isTTY) screen.show(lines.split('\n'), isLast);
        else if (isLast) output.write(`${lines}\n`);
        if (isLast) break;
        await sleep(refreshMs);
      }
    });
    screen.close();
  });
}

function defineCancel(parent: Command): void {
  const command = parent
    .command('cancel')
    .description('Cancel the jobs that are not finished')
    .argument('<experiment>', idArgument);
  addSchemaFlags(command, sharedSchema);
  command.action(async (text: string) => {
    const { url, json } = readSchemaFlags(command, sharedSchema);
    await withServer(url, async (client) => {
      const id = await findId(client, text);
      const cancelled = isTuning(id) ? await client.cancelTuning(id) : await client.cancelExperiment(id);
      process.stdout.write(json ? `${JSON.stringify(cancelled)}\n` : `${id}  ${cancelled.state}\n`);
    });
  });
}

function defineRemove(parent: Command): void {
  const command = parent
    .command('rm')
    .description('Delete a finished one, its jobs and their models')
    .argument('<experiment>', idArgument);
  addSchemaFlags(command, removeSchema);
  command.action(async (text: string) => {
    const { url, json, yes } = readSchemaFlags(command, removeSchema);
    await withServer(url, async (client) => {
      const id = await findId(client, text);
      if (!yes && !(await confirm(`Delete ${id} with its jobs and their models?`)))
        command.error('error: nothing was deleted; answer y, or add --yes');
      if (isTuning(id)) await client.deleteTuning(id);
      else await client.deleteExperiment(id);
      process.stdout.write(json ? `${JSON.stringify(id)}\n` : `deleted ${id}\n`);
    });
  });
}

async function read(client: A3CClient, id: string) {
  if (isTuning(id)) {
    const value = await client.getTuning(id);
    return { value, lines: formatTuning(value) };
  }
  const value = await client.getExperiment(id);
  return { value, lines: formatExperiment(value) };
}

function isTuning(id: string): boolean {
  return id.startsWith('tun_');
}

async function findId(client: A3CClient, text: string): Promise<string> {
  if (/^(exp|tun)_[0-9a-z]{20}$/.test(text)) return text;
  const all = await listExperiments(client);
  const [last] = all;
  if (text === 'last' && last) return last.id;
  const meant = all.filter(
    ({ id, name }) => name === text || id.startsWith(text) || id.slice(4).startsWith(text),
  );
  const [only] = meant;
  if (only && meant.length === 1) return only.id;
  throw new ExperimentNotMeantError(
    only
      ? `${text} may be ${meant
          .map(({ id }) => id)
          .slice(0, 3)
          .join(' or ')}: type more of the id`
      : `there is no experiment ${text}: a3c experiment lists them`,
  );
}
