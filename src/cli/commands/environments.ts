// a3c environments: lists the environments.
import { z } from 'zod';
import { loadEnvironments } from '../../shared/environment-modules/load-environments.ts';
import { summarizeEnvironment } from '../../shared/api/summarize-environment.ts';
import type { Space } from '../../shared/spaces/space.ts';
import type { DefineCommand } from '../command-context.ts';
import { environmentFlags } from '../environments/environment-flags.ts';
import { jsonFlag } from '../flags/json-flags.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';
import { formatTable } from '../format-table.ts';
import { takeStandardOutput } from '../standard-output.ts';

const listOptionsSchema = z.strictObject({ ...environmentFlags, ...jsonFlag });

export const defineEnvironments: DefineCommand = (command) => {
  addSchemaFlags(command, listOptionsSchema);
  command.action(async () => {
    const output = takeStandardOutput();
    const { environments, json } = readSchemaFlags(command, listOptionsSchema);
    const definitions = (await loadEnvironments(environments)).list();
    if (json) {
      output.write(`${JSON.stringify(definitions.map(summarizeEnvironment))}\n`);
      return;
    }
    const rows = definitions.map((definition) => [
      definition.id,
      formatSpace(definition.observationSpace),
      formatSpace(definition.actionSpace),
      String(definition.maxEpisodeSteps ?? 'none'),
      String(definition.rewardThreshold ?? 'none'),
      definition.description,
    ]);
    const header = ['ENVIRONMENT', 'OBSERVATION', 'ACTION', 'STEP LIMIT', 'SOLVED AT', 'DESCRIPTION'];
    output.write(`${formatTable([header, ...rows])}\n`);
  });
};

function formatSpace(space: Space): string {
  switch (space.type) {
    case 'discrete':
      return `${space.n} choices`;
    case 'multiDiscrete':
      return `${space.n.join(' × ')} choices`;
    case 'box':
      return `[${space.shape.join(', ')}] numbers`;
  }
}
