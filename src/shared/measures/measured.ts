// Measures as a job reports them: in groups, null until they are known. No package is loaded: pages show them too.
import { nullableMeasures, type NullableMeasure } from './measures.ts';

/** Every measure by its name, as in the learning curve. */
export type Measured = Record<NullableMeasure, number | null>;

// The compiler does not know the keys of an object that is built from a list; the overload names them.
function createUnknown(): Measured;
function createUnknown(): object {
  return Object.fromEntries(nullableMeasures.map(({ name }) => [name, null]));
}

/** All measures, unknown. */
export const unknownMeasures = createUnknown();

/** The measures in the groups of a job. */
export interface MeasureGroups {
  readonly losses: Record<'policy' | 'value' | 'entropy' | 'gradientNorm', number | null>;
  readonly policy: Record<'mean' | 'standardDeviation', number | null>;
  readonly learning: Pick<
    Measured,
    'learningRate' | 'explainedVariance' | 'approximateKl' | 'clipFraction' | 'episodeLength'
  >;
  readonly workerTime: Record<'acting' | 'stepping' | 'learning' | 'waiting', number | null>;
}

/** Arranges measures in the groups of a job. */
export function groupMeasures(measured: Measured): MeasureGroups {
  const { policyLoss, valueLoss, entropy, gradientNorm, policyMean, policyStandardDeviation, ...others } =
    measured;
  const { actingShare, steppingShare, learningShare, waitingShare, ...learning } = others;
  return {
    losses: { policy: policyLoss, value: valueLoss, entropy, gradientNorm },
    policy: { mean: policyMean, standardDeviation: policyStandardDeviation },
    learning,
    workerTime: {
      acting: actingShare,
      stepping: steppingShare,
      learning: learningShare,
      waiting: waitingShare,
    },
  };
}

/** Lists the measures of a job's groups by name. */
export function flattenMeasures({ losses, policy, learning, workerTime }: MeasureGroups): Measured {
  return {
    policyLoss: losses.policy,
    valueLoss: losses.value,
    entropy: losses.entropy,
    gradientNorm: losses.gradientNorm,
    policyMean: policy.mean,
    policyStandardDeviation: policy.standardDeviation,
    ...learning,
    actingShare: workerTime.acting,
    steppingShare: workerTime.stepping,
    learningShare: workerTime.learning,
    waitingShare: workerTime.waiting,
  };
}
