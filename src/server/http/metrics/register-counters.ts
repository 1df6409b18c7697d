// Counters of numbers that parts of the server count by themselves.
import { Counter, type Registry } from 'prom-client';

export interface CountedFigure<Figures> {
  readonly name: string;
  readonly help: string;
  readonly read: (figures: Figures) => number;
}

/** Registers a counter for each figure. They are read when they are asked for. */
export function registerCounters<Figures>(
  registry: Registry,
  counted: readonly CountedFigure<Figures>[],
  readFigures: () => Figures,
): void {
  for (const { name, help, read } of counted) {
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(read(readFigures()));
      },
    });
  }
}
