// Paths of the settings that can be changed after a job was posted. This file loads no packages, for the dashboard.

/** How a job is called; can be changed at any time. */
export const labelPaths = ['name', 'metadata'] as const;

/** What a job is trained with; can be changed until it ends. */
export const trainingPaths = [
  'entropyCoefficient',
  'finalEntropyCoefficient',
  'optimizer.learningRate',
  'optimizer.criticLearningRate',
  'stop.maxSteps',
  'stop.maxEpisodes',
  'stop.maxSeconds',
  'stop.targetReward',
  'stop.noImprovement',
  'stop.collapse',
] as const;

/** Whether a setting has to do with training, and not only with how a job is called. */
export function concernsTraining({ path }: { readonly path: string }): boolean {
  return trainingPaths.some((known) => known === path);
}
