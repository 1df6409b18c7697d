// Answers of GET /environments and GET /presets.
import { z } from 'zod';
import { algorithmSchema } from '../job/job-spec.ts';
import { spaceDescriptionSchema } from '../model-format/space-description.ts';

export const environmentSummarySchema = z.object({
  id: z.string(),
  description: z.string(),
  observationSpace: spaceDescriptionSchema,
  actionSpace: spaceDescriptionSchema,
  maxEpisodeSteps: z.int().nullable().describe('Steps after which an episode is truncated'),
  rewardThreshold: z.number().nullable().describe('Mean return at which it counts as solved'),
  hasActionMask: z.boolean(),
  peers: z.int().min(0).optional().describe('Peers that are connected; only remote environments have them'),
});
export type EnvironmentSummary = z.infer<typeof environmentSummarySchema>;

export const environmentListSchema = z.object({ data: z.array(environmentSummarySchema) });
export type EnvironmentList = z.infer<typeof environmentListSchema>;

export const presetSummarySchema = z.object({
  environment: z.string(),
  algorithm: algorithmSchema,
  description: z.string(),
  settings: z.record(z.string(), z.unknown()).describe('Fields of a job that the preset fills in'),
});
export type PresetSummary = z.infer<typeof presetSummarySchema>;

export const presetListSchema = z.object({ data: z.array(presetSummarySchema) });
export type PresetList = z.infer<typeof presetListSchema>;
