import { describe, expect, it } from 'vitest';
import { TextDisplay } from '../../../src/cli/training/text-display.ts';
import { exampleFigures } from '../../fixtures/example-figures.ts';
import { exampleSpec } from '../../fixtures/example-job.ts';

function createOutput() {
  const written: string[] = [];
  const output = {
    isTTY: false,
    columns: 80,
    write: (text: string | Uint8Array) => written.push(String(text)) > 0,
  };
  return { output, lines: (): string[] => written.join('').split('\n') };
}

const episode = { episode: 1, worker: 0, return: 20, length: 20, steps: 100 };

describe('the line of an episode', () => {
  it('has the total loss: of the policy, plus the weighted one of the value, minus the weighted entropy', () => {
    const { output, lines } = createOutput();
    const display = new TextDisplay({ output, isVerbose: true, now: () => 0 });
    display.begin({ ...exampleSpec, valueCoefficient: 0.5, entropyCoefficient: 0.25 });
    const losses = { policy: 0.125, value: 2, entropy: 0.5, gradientNorm: 1 };
    display.onFigures({ ...exampleFigures(100), losses });
    display.onEpisode?.(episode);
    display.onFigures(exampleFigures(200));
    expect(lines().find((line) => line.startsWith('Episode: '))).toContain('| Loss: 1.000 |');
  });

  it('has no loss before there is one, and moves its average by a hundredth', () => {
    const { output, lines } = createOutput();
    const display = new TextDisplay({ output, isVerbose: true, now: () => 0 });
    display.begin(exampleSpec);
    display.onEpisode?.(episode);
    display.onEpisode?.({ ...episode, episode: 2, return: 120 });
    display.onFigures(exampleFigures(200));
    const [first, second] = lines().filter((line) => line.startsWith('Episode: '));
    expect(first).toContain('Moving Average Reward: 20 | Episode Reward: 20 | Loss: - |');
    expect(second).toContain('Moving Average Reward: 21 | Episode Reward: 120 | Loss: - |');
  });
});
