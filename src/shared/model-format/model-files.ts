// Names of a model's files on disk, in the zip and in URLs.
export const modelFileNames = {
  model: 'model.json',
  weights: 'weights.bin',
  card: 'model-card.json',
} as const;
