// a3c environments: what can be trained.
import type { Space } from '../../shared/spaces/space.ts';
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
