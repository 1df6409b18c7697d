// How large a model is, beside its network: what an engine needs to say how much memory it takes.
import type { ActorCriticModelOptions, DeterministicModelOptions } from './engine.ts';

export type ModelSize =
  | ({ readonly type: 'actorCritic' } & Pick<
      ActorCriticModelOptions,
      'capacity' | 'lossRows' | 'environments'
    >)
  | ({ readonly type: 'deterministic' } & Pick<DeterministicModelOptions, 'capacity' | 'batchSize'>);

/** What a model computes, whatever its size. */
export type ModelNetwork = Pick<ActorCriticModelOptions, 'shape' | 'policy' | 'spaces' | 'hasActionMask'>;
