// JSON lines about a search: one object per event.
import type { TuningDisplay } from './tuning-display.ts';

export function createJsonTuningDisplay(output: NodeJS.WritableStream): TuningDisplay {
  const write = (type: string, content: object): void => {
    output.write(`${JSON.stringify({ type, ...content })}\n`);
  };
  return {
    begin: (plan) => {
      write('started', plan);
    },
    onRung: (rung, candidates) => {
      write('rung', { ...rung, candidates });
    },
    onTrial: ({ number, request }, score) => {
      write('trial', { number, score, preset: request });
    },
    onFailedTrial: ({ number, request }, error) => {
      write('failedTrial', { number, message: error.message, preset: request });
    },
    finish: (best) => {
      write('finished', { score: best?.score ?? null, preset: best?.trial.request ?? null });
    },
  };
}
