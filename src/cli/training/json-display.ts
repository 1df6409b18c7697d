// JSON lines about a training run: one object per event.
import type { TrainingDisplay } from './training-display.ts';

const progressIntervalMs = 1000;

/** `now` is a clock in milliseconds. */
export function createJsonDisplay(output: NodeJS.WritableStream, now: () => number): TrainingDisplay {
  let nextProgressAt = now();
  const write = (type: string, content: object): void => {
    output.write(`${JSON.stringify({ type, ...content })}\n`);
  };
  return {
    begin: (spec) => {
      write('started', { spec });
    },
    onFigures: (figures) => {
      if (now() < nextProgressAt) return;
      nextProgressAt = now() + progressIntervalMs;
      write('progress', figures);
    },
    onEvaluation: (evaluation, isBest) => {
      write('evaluation', { ...evaluation, isBest });
    },
    onWarning: (warning) => {
      write('warning', warning);
    },
    onModel: (model, steps) => {
      write('model', { model, steps });
    },
    finish: ({ reason, explanation, figures, model }) => {
      write('finished', { reason, explanation, model, ...figures });
    },
  };
}
