// Messages of the protocol with peers, version 1: docs/remote-environments.md describes it. What a peer sends is checked
// here, once, before anything is done with it.
import { z } from 'zod';
import {
  actionSpaceSchema,
  boxSchema,
  canBeMasked,
  cannotBeMasked,
  versionedName,
} from '../../shared/environments/custom/definition-schema.ts';
import { describeIssues } from '../../shared/fields/describe-issues.ts';
import type { RemoteDeclaration } from '../../shared/environments/remote-origin.ts';
import { countMaskElements, flatSize } from '../../shared/spaces/space.ts';

export const protocolVersion = 1;
/** Kinds of mistakes that peers make, as the metrics count them. */
export const peerErrorKinds = [
  'hello',
  'declaration',
  'format',
  'unasked',
  'shape',
  'number',
  'size',
  'timeout',
] as const;
export type PeerErrorKind = (typeof peerErrorKinds)[number];

/** A peer broke the protocol: it is told why, and disconnected. */
export class PeerError extends Error {
  readonly kind: PeerErrorKind;

  constructor(kind: PeerErrorKind, message: string) {
    super(message);
    this.name = 'PeerError';
    this.kind = kind;
  }
}

export const remoteNameSchema = z
  .string()
  .max(121)
  .regex(versionedName, 'expected a name with a version, e.g. MyGame-v1');

export const maxWorldsPerPeer = 1024;
/** Most numbers of one action, and of the observations and masks of all worlds of a peer together. */
const maxActionNumbers = 65_536;
const maxAnswerNumbers = 8_388_608;
/** Most numbers of a box, whose bounds are spread to one for each. */
const maxBoxNumbers = 1_048_576;

/** A space whose box is not too large: a few bytes could ask for gigabytes of bounds. */
const limitedSpaceSchema = z
  .looseObject({ shape: z.array(z.number()).optional() })
  .refine(({ shape = [] }) => shape.reduce((product, extent) => product * extent, 1) <= maxBoxNumbers, {
    path: ['shape'],
    message: `has more than ${maxBoxNumbers} numbers`,
  });

const helloSchema = z
  .strictObject({
    type: z.literal('hello'),
    protocol: z.int(),
    environment: remoteNameSchema,
    description: z.string().max(1_000).default(''),
    observationSpace: limitedSpaceSchema.pipe(boxSchema),
    actionSpace: limitedSpaceSchema.pipe(actionSpaceSchema),
    maxEpisodeSteps: z.int().min(1).nullable().default(null),
    rewardThreshold: z.number().nullable().default(null),
    hasActionMask: z.boolean().default(false),
    worlds: z.int().min(1).max(maxWorldsPerPeer).default(1),
    encoding: z.enum(['json', 'binary']).default('json'),
  })
  .refine(canBeMasked, cannotBeMasked)
  .refine(({ actionSpace }) => flatSize(actionSpace) <= maxActionNumbers, {
    path: ['actionSpace'],
    message: `has more than ${maxActionNumbers} numbers`,
  })
  .refine((hello) => hello.worlds * countRow(hello) <= maxAnswerNumbers, {
    path: ['observationSpace'],
    message: `the observations and masks of all worlds have more than ${maxAnswerNumbers} numbers`,
  });

export type Encoding = 'json' | 'binary';

export interface Hello {
  readonly declaration: RemoteDeclaration;
  readonly worlds: number;
  readonly encoding: Encoding;
}

/** Reads the first message of a peer. Throws PeerError. */
export function readHello(text: string): Hello {
  const content = parseJson(text, 'hello');
  const version = z.looseObject({ protocol: z.int() }).safeParse(content).data?.protocol;
  if (version !== undefined && version !== protocolVersion)
    throw new PeerError('hello', `protocol ${version} is unknown; this server speaks ${protocolVersion}`);
  const parsed = helloSchema.safeParse(content);
  if (!parsed.success) {
    const issues = describeIssues(helloSchema, parsed.error.issues, content);
    const [first] = issues;
    const rest = issues.length > 1 ? ` (and ${issues.length - 1} more mistakes)` : '';
    throw new PeerError('hello', `hello: ${first?.path ?? ''}: ${first?.message ?? 'is wrong'}${rest}`);
  }
  const { type, protocol, environment: name, worlds, encoding, ...declaration } = parsed.data;
  return { declaration: { name, ...declaration }, worlds, encoding };
}

const answerSchema = z.strictObject({
  type: z.literal('answer'),
  id: z.int().min(0),
  observations: z.array(z.unknown()),
  rewards: z.array(z.unknown()).optional(),
  terminated: z.array(z.boolean()).optional(),
  truncated: z.array(z.boolean()).optional(),
  masks: z.array(z.unknown()).optional(),
});
export type JsonAnswer = z.infer<typeof answerSchema>;

/** Reads an answer in text. Throws PeerError. */
export function readJsonAnswer(text: string): JsonAnswer {
  const content = parseJson(text, 'format');
  const parsed = answerSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [first] = describeIssues(answerSchema, parsed.error.issues, content);
  throw new PeerError('format', `answer: ${first?.path ?? ''}: ${first?.message ?? 'is wrong'}`);
}

function parseJson(text: string, kind: PeerErrorKind): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PeerError(kind, 'the message is not JSON');
  }
}

/** Counts the numbers of an observation and its mask. */
function countRow({
  observationSpace,
  actionSpace,
  hasActionMask,
}: Pick<RemoteDeclaration, 'observationSpace' | 'actionSpace' | 'hasActionMask'>): number {
  return flatSize(observationSpace) + (hasActionMask ? countMaskElements(actionSpace) : 0);
}
