// a3c environments: what can be trained.
import type { BoxSpace, DiscreteSpace } from '../../shared/spaces/space.ts';
import type { DefineCommand } from '../command-context.ts';
import { formatTable } from '../format-table.ts';

export const defineEnvironments: DefineCommand = (command, { registry }) => {
  command.action(() => {
    const rows = registry
      .list()
      .map((definition) => [
        definition.id,
        formatSpace(definition.observationSpace),
        formatSpace(definition.actionSpace),
        String(definition.maxEpisodeSteps ?? 'none'),
        String(definition.rewardThreshold ?? 'none'),
        definition.description,
      ]);
    const header = ['ENVIRONMENT', 'OBSERVATION', 'ACTION', 'STEP LIMIT', 'SOLVED AT', 'DESCRIPTION'];
    console.log(formatTable([header, ...rows]));
  });
};

function formatSpace(space: DiscreteSpace | BoxSpace): string {
  return space.type === 'discrete' ? `${space.n} choices` : `[${space.shape.join(', ')}] numbers`;
}
