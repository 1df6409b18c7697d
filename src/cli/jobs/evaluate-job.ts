// a3c jobs evaluate: fresh episodes of a job's model, played by its server.
import type { Command } from 'commander';
import { z } from 'zod';
import { evaluationRequestSchema, type RequestedEvaluation } from '../../shared/api/requested-evaluation.ts';
import type { CommandContext } from '../command-context.ts';
import { jsonFlag } from '../flags/json-flags.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';
import { takeStandardOutput } from '../standard-output.ts';
import { formatNumber } from '../training/format-metrics.ts';
import { findJob, jobArgument } from './find-job.ts';
import { serverFlags, withServer } from './server-flags.ts';

const flagsSchema = z.strictObject({ ...serverFlags, ...evaluationRequestSchema.shape, ...jsonFlag });

/** An evaluation that failed shows in the exit code. */
export function defineEvaluation(parent: Command, { setExitCode }: CommandContext): void {
  const command = parent
    .command('evaluate')
    .description('Score a model of a job over fresh episodes, on its server')
    .argument('<job>', jobArgument);
  addSchemaFlags(command, flagsSchema);
  command.action(async (text: string) => {
    const { url, json, ...request } = readSchemaFlags(command, flagsSchema);
    const output = takeStandardOutput();
    await withServer(url, async (client) => {
      const evaluation = await client.evaluate(await findJob(client, text), request);
      output.write(`${json ? JSON.stringify(evaluation) : describe(evaluation)}\n`);
      if (evaluation.state !== 'succeeded') setExitCode(1);
    });
  });
}

function describe({ error, ...evaluation }: RequestedEvaluation): string {
  if (error !== null) return `the evaluation failed: ${error.message} (${error.code})`;
  const { job, model, trainingSteps, episodes, deterministic, seed } = evaluation;
  const scores = [
    `mean ${formatNumber(evaluation.mean)} ± ${formatNumber(evaluation.standardDeviation)}`,
    `min ${formatNumber(evaluation.min)}`,
    `max ${formatNumber(evaluation.max)}`,
  ];
  const how = deterministic ? 'greedy episodes' : 'episodes with drawn actions';
  return `${job}, ${model} model after ${trainingSteps ?? 0} steps, ${episodes} ${how}, seed ${seed}: ${scores.join(', ')}`;
}
