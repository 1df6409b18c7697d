// Training metrics as text.
import type { EvaluationResult, TrainingFigures } from '../../shared/job/job.ts';
import type { EpisodeRecord } from '../../shared/protocol/messages.ts';

/** Returns a one-line summary of a running job. */
export function formatProgressLine({ progress, reward, throughput }: TrainingFigures): string {
  const parts = [
    `moving average ${formatNumber(reward.movingAverage)}`,
    `best ${formatNumber(reward.best)}`,
    `${formatCount(progress.steps)} steps`,
    `${formatCount(throughput.stepsPerSecond)} steps/s`,
  ];
  const remainingSeconds = estimateRemainingSeconds(progress);
  if (remainingSeconds !== null) parts.push(`at most ${formatDuration(remainingSeconds)} left`);
  return parts.join(' | ');
}

/** Returns a line about an episode in the format of TensorFlow's A3C tutorial. Its average is exponential. */
export function formatEpisodeLine(
  episode: EpisodeRecord,
  { average, loss }: { readonly average: number; readonly loss: number | null },
): string {
  return [
    `Episode: ${episode.episode}`,
    `Moving Average Reward: ${formatNumber(average)}`,
    `Episode Reward: ${formatNumber(episode.return)}`,
    `Loss: ${loss === null ? '-' : loss.toFixed(3)}`,
    `Steps: ${episode.length}`,
    `Worker: ${episode.worker}`,
  ].join(' | ');
}

export function formatEvaluation({ mean, standardDeviation, min, max, episodes }: EvaluationResult): string {
  const spread = `${formatNumber(mean)} ± ${formatNumber(standardDeviation)}`;
  return `${spread} over ${episodes} greedy episodes (min ${formatNumber(min)}, max ${formatNumber(max)})`;
}

/** Up to two decimals, or a dash if there is no value yet. */
export function formatNumber(value: number | null): string {
  return value === null ? '-' : String(Number(value.toFixed(2)));
}

/** A count with thousands separators, independent of the machine's locale. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Estimates the seconds to the nearest limit from the pace so far; null if there is no pace yet. */
function estimateRemainingSeconds({ fraction, elapsedSeconds }: TrainingFigures['progress']): number | null {
  return fraction > 0 && elapsedSeconds > 0 ? (elapsedSeconds * (1 - fraction)) / fraction : null;
}
