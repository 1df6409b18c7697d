// The exchange between an algorithm and its master: gradients go out, parameters come in.
import type { GradientMetrics } from '../../shared/measures/measures.ts';

export interface GradientExchange {
  /**
   * Sends the algorithm's gradient with its metrics. Where workers learn in rounds it returns once the round has been
   * applied. False when the worker is to stop.
   */
  send(metrics: GradientMetrics): boolean | Promise<boolean>;
  /** Copies the newest parameters to the algorithm's; true if they are newer than those it had. */
  receive(): boolean;
  /** Mean approximate KL divergence of the round that led to the parameters received last; NaN without rounds. */
  readonly approximateKl: number;
}
