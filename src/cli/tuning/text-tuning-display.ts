// Text about a search. Progress goes to one stream, the winning preset alone to the other, so that it can be piped.
import { countSteps, type Rung } from '../../shared/tuning/successive-halving.ts';
import type { TrialScore } from '../../shared/tuning/score-trial.ts';
import type { TunedSettings } from '../../master/tuning/tune.ts';
import type { Trial } from '../../shared/tuning/plan-search.ts';
import { formatCount, formatNumber } from '../training/format-metrics.ts';
import type { SearchPlan, TuningDisplay } from './tuning-display.ts';

export interface TextTuningDisplayOptions {
  readonly progress: NodeJS.WritableStream;
  readonly result: NodeJS.WritableStream;
}

export class TextTuningDisplay implements TuningDisplay {
  readonly #progress: NodeJS.WritableStream;
  readonly #result: NodeJS.WritableStream;
  #rungs = 0;
  #position = 0;
  #candidates = 0;

  constructor({ progress, result }: TextTuningDisplayOptions) {
    this.#progress = progress;
    this.#result = result;
  }

  begin({ environment, seed, rungs }: SearchPlan): void {
    this.#rungs = rungs.length;
    const work = `${rungs[0]?.candidates ?? 0} trials, at most ${formatCount(countSteps(rungs))} steps`;
    this.#say(`Tuning ${environment}, seed ${seed}: ${work}; trial 1 has the default settings`);
  }

  onRung(rung: Rung, candidates: number): void {
    this.#position = 0;
    this.#candidates = candidates;
    const runs = rung.seeds === 1 ? '' : `, ${rung.seeds} training seeds each`;
    this.#say(
      `Rung ${rung.index + 1} of ${this.#rungs}: ${candidates} trials of ${formatCount(rung.steps)} steps${runs}`,
    );
  }

  onTrial(trial: Trial, score: TrialScore): void {
    this.#sayOfTrial(trial, formatScore(score));
  }

  onFailedTrial(trial: Trial, error: Error): void {
    this.#sayOfTrial(trial, `failed: ${error.message}`);
  }

  finish(best: TunedSettings | null): void {
    if (best === null) {
      this.#say('Interrupted before any trial had a score');
      return;
    }
    this.#say(`Best: trial ${best.trial.number} with ${formatScore(best.score)}`);
    this.#result.write(`${JSON.stringify(best.trial.request, null, 2)}\n`);
  }

  #sayOfTrial({ number }: Trial, words: string): void {
    this.#position += 1;
    this.#say(`  ${this.#position}/${this.#candidates} trial ${number}: ${words}`);
  }

  #say(line: string): void {
    this.#progress.write(`${line}\n`);
  }
}

function formatScore({ mean, standardDeviation, min, max, seeds }: TrialScore): string {
  if (seeds === 1) return formatNumber(mean);
  const spread = `${formatNumber(mean)} ± ${formatNumber(standardDeviation)}`;
  return `${spread} over ${seeds} training seeds (min ${formatNumber(min)}, max ${formatNumber(max)})`;
}
