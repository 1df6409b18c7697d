// Model size: what an engine needs, besides the network, to compute how much memory a model takes.
import type { ActorCriticModelOptions, DeterministicModelOptions } from './engine.ts';

export type ModelSize =
  | ({ readonly type: 'actorCritic' } & Pick<
      ActorCriticModelOptions,
      'capacity' | 'lossRows' | 'environments'
    >)
  | ({ readonly type: 'deterministic' } & Pick<DeterministicModelOptions, 'capacity' | 'batchSize'>);

/** The computation of a model, independent of its size. */
export type ModelNetwork = Pick<ActorCriticModelOptions, 'shape' | 'policy' | 'spaces' | 'hasActionMask'>;
