// A step that a page is shown: of a stream of GET /jobs/{id}/play, or of a replay.
import { z } from 'zod';
import { isScene } from '../environments/custom/read-scene.ts';
import type { Scene } from '../environments/scene.ts';

const number = z.number();

export const playedStepSchema = z.object({
  episode: z.int().describe('Number of the episode, from 1'),
  step: z.int().describe('Number of the step in its episode, from 1'),
  return: number.describe('Sum of the rewards of the episode so far'),
  action: z.union([number, z.array(number)]),
  probabilities: z
    .array(number)
    .nullable()
    .describe('Probability of each action; null unless the actions are discrete'),
  value: number
    .nullable()
    .describe('Expected discounted return, as the critic sees it; null without such a critic'),
  isLast: z.boolean().describe('Whether the step ended its episode'),
  trainingSteps: z
    .int()
    .nullable()
    .describe('Number of training steps behind the weights; null if the model does not say'),
  scene: z
    .custom<Scene>(isScene)
    .nullable()
    .describe('What the world looks like after the step; null if the environment cannot be drawn'),
});
export type PlayedStepRecord = Readonly<z.infer<typeof playedStepSchema>>;

/** Digits that are kept of a number: more than a display can show. */
const digits = 5;

/** JSON in one line, with numbers shortened: the scenes of an episode are many. */
export function stringifyStep(step: PlayedStepRecord): string {
  return JSON.stringify(step, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(digits)) : value,
  );
}

/** Whether a text is a step as JSON in one line, as `stringifyStep` writes it. */
export function isStepText(text: string): boolean {
  if (/[\r\n]/.test(text)) return false;
  try {
    return playedStepSchema.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}
