// Exchange between an algorithm and the master: sends gradients and receives parameters.
import type { GradientMetrics } from '../../shared/measures/measures.ts';

export interface GradientExchange {
  /**
   * Sends the algorithm's gradient with its metrics. If workers learn in rounds, returns after the round has been
   * applied. Returns false if the worker must stop.
   */
  send(metrics: GradientMetrics): boolean | Promise<boolean>;
  /** Copies the newest parameters to the algorithm; returns true if they are newer than its own. */
  receive(): boolean;
  /** Mean approximate KL divergence of the round before the parameters received last; NaN without rounds. */
  readonly approximateKl: number;
}
