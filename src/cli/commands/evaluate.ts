// a3c evaluate: scores a model over fresh greedy episodes.
import { describeNetwork } from '../../shared/algorithms/describe-network.ts';
import { z } from 'zod';
import { evaluatePolicy } from '../../master/evaluation/evaluate-policy.ts';
import { summarizeReturns } from '../../shared/job/summarize-returns.ts';
import { loadEnvironments } from '../../shared/environment-modules/load-environments.ts';
import { Random } from '../../shared/random/random.ts';
import type { DefineCommand } from '../command-context.ts';
import { drawSeed } from '../draw-seed.ts';
import { environmentFlags } from '../environments/environment-flags.ts';
import { jsonFlag } from '../flags/json-flags.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';
import { openModelEngine } from '../models/open-model-engine.ts';
import { loadModel, warnOfDamage, modelArgument } from '../models/load-model.ts';
import { takeStandardOutput } from '../standard-output.ts';

const evaluateOptionsSchema = z.strictObject({
  ...environmentFlags,
  episodes: z.int().min(1).max(100_000).default(100).describe('Episodes to play'),
  seed: z.int().min(0).optional().describe('Seed of the episodes; random by default'),
  ...jsonFlag,
});

export const defineEvaluate: DefineCommand = (command) => {
  command.argument('<model-dir>', modelArgument);
  addSchemaFlags(command, evaluateOptionsSchema);
  command.action(async (directory: string) => {
    const options = readSchemaFlags(command, evaluateOptionsSchema);
    const { episodes, seed = drawSeed(), environments, json } = options;
    const output = takeStandardOutput();
    const model = await loadModel(directory, await loadEnvironments(environments));
    warnOfDamage(model);
    const { card, definition, parameters } = model;
    const randomState = Random.fromSeed(seed).getState();
    const network = describeNetwork(card.spec, definition);
    const { returns } = await evaluatePolicy({
      definition,
      network,
      policy: card.spec.policy,
      parameters,
      engine: await openModelEngine(card.spec, network),
      episodes,
      randomState,
    });
    const summary = summarizeReturns(returns, card.scores.steps);
    if (json) {
      const result = { environment: definition.id, seed, ...summary, returns: [...returns] };
      output.write(`${JSON.stringify(result)}\n`);
      return;
    }
    const { mean, standardDeviation, min, max } = summary;
    const parts = [
      `mean ${format(mean)} ± ${format(standardDeviation)}`,
      `min ${format(min)}`,
      `max ${format(max)}`,
    ];
    output.write(`${definition.id}, ${episodes} greedy episodes, seed ${seed}: ${parts.join(', ')}\n`);
  });
};

function format(value: number): string {
  return value.toFixed(2).replace(/\.?0+$/, '');
}
