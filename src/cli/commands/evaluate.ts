// a3c evaluate: scores a model over fresh greedy episodes.
import { describeNetwork } from '../../shared/algorithms/describe-network.ts';
import { z } from 'zod';
import { evaluatePolicy } from '../../master/evaluation/evaluate-policy.ts';
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import type { EnvironmentRegistry } from '../../shared/environments/registry.ts';
import { wrapEnvironment } from '../../shared/environments/wrappers/wrap-environment.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { summarizeReturns } from '../../shared/job/summarize-returns.ts';
import { Random } from '../../shared/random/random.ts';
import type { Space } from '../../shared/spaces/space.ts';
import type { DefineCommand } from '../command-context.ts';
import { drawSeed } from '../draw-seed.ts';
import { environmentFlags, openEnvironments } from '../environments/environment-flags.ts';
import { jsonFlag } from '../flags/json-flags.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';
import { openModelEngine } from '../models/open-model-engine.ts';
import { loadModel, warnOfDamage, modelArgument, type LoadedModel } from '../models/load-model.ts';
import { takeStandardOutput } from '../standard-output.ts';

/** A model cannot be played in an environment with other spaces. */
export class OtherSpacesError extends AppError {
  readonly code = 'OTHER_SPACES';
}

const evaluateOptionsSchema = z.strictObject({
  ...environmentFlags,
  episodes: z.int().min(1).max(100_000).default(100).describe('Episodes to play'),
  seed: z.int().min(0).optional().describe('Seed of the episodes; random by default'),
  environment: z
    .string()
    .optional()
    .describe(
      "Environment to play in, with the same spaces as the model's own, e.g. gymnasium:LunarLander-v3",
    ),
  ...jsonFlag,
});

export const defineEvaluate: DefineCommand = (command) => {
  command.argument('<model-dir>', modelArgument);
  addSchemaFlags(command, evaluateOptionsSchema);
  command.action(async (directory: string) => {
    const options = readSchemaFlags(command, evaluateOptionsSchema);
    const { episodes, seed = drawSeed(), json } = options;
    const output = takeStandardOutput();
    const environments = await openEnvironments(options);
    const model = await loadModel(directory, environments);
    warnOfDamage(model);
    const { card, parameters } = model;
    const definition =
      options.environment === undefined
        ? model.definition
        : await openOther(options.environment, model, environments);
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

/** Opens another environment with the model's wrappers. Throws OtherSpacesError if its spaces differ. */
async function openOther(
  id: string,
  { card, definition }: LoadedModel,
  environments: EnvironmentRegistry,
): Promise<EnvironmentDefinition> {
  const other = wrapEnvironment(await environments.resolve(id), card.spec.wrappers);
  const [own, found] = [definition, other].map(
    ({ observationSpace, actionSpace }) =>
      `observations ${describeSpace(observationSpace)} and actions ${describeSpace(actionSpace)}`,
  );
  if (own !== found) throw new OtherSpacesError(`${id} has ${found}, and the model was trained with ${own}`);
  return other;
}

/** The sizes of a space; bounds may differ. */
function describeSpace(space: Space): string {
  if (space.type === 'box') return `[${space.shape.join(', ')}]`;
  return space.type === 'discrete' ? `0 to ${space.n - 1}` : `of ${space.n.join(', ')} choices`;
}

function format(value: number): string {
  return value.toFixed(2).replace(/\.?0+$/, '');
}
