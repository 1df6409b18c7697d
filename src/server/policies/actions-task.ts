// Entry of the thread that answers requests which would hold up the server: large networks and large bodies. It opens
// policies by itself and keeps the ones that were asked last.
import { openRowPolicy, type ReadModel } from '../../policy/rows/open-row-policy.ts';
import type { RowPolicy } from '../../policy/rows/row-policy.ts';
import { compileKernels } from '../../shared/engines/wasm/compile-kernels.ts';
import { AppError, type InputIssue } from '../../shared/errors/app-error.ts';
import type { ModelName } from '../../shared/job/model-name.ts';
import { answerActions } from './answer-actions.ts';
import { inspectModel, readStoredModel } from './open-stored-policy.ts';
import { InvalidActionsRequestError } from './policy-errors.ts';
import { parseActionsBody, readActionsRequest, splitId, type MessageId } from './read-actions-request.ts';

export interface ActionsTask {
  /** Directory of each model of the job. */
  readonly directories: Readonly<Record<ModelName, string>>;
  /** The request as JSON. */
  readonly body: Uint8Array;
  /** Whether the request may have an `id`, as messages of a WebSocket have. */
  readonly hasId: boolean;
}

export type ActionsOutcome =
  | { readonly type: 'answer'; readonly text: string; readonly rows: number; readonly id: MessageId }
  | {
      readonly type: 'refusal';
      readonly code: string;
      readonly message: string;
      readonly issues: readonly InputIssue[] | null;
      readonly id: MessageId;
    };

interface OpenPolicy {
  readonly policy: RowPolicy;
  readonly version: string;
}

/** Together with the limit of their memory. */
const maxPolicies = 16;
const maxBytes = 512 * 1024 * 1024;

/** By directory; the one that was used last comes last. */
const policies = new Map<string, OpenPolicy>();
let kernels: WebAssembly.Module | null = null;

/** Answers a request: piscina calls the default export. */
export default async function runActions({ directories, body, hasId }: ActionsTask): Promise<ActionsOutcome> {
  let answered: MessageId;
  try {
    const given = parseActionsBody(Buffer.from(body).toString('utf8'));
    const { id, fields } = hasId ? splitId(given) : { id: undefined, fields: given };
    answered = id;
    const request = readActionsRequest(fields);
    const policy = await openPolicy(directories[request.model], request.model);
    const text = answerActions(policy, request);
    return { type: 'answer', text, rows: request.observations.length, id };
  } catch (error) {
    if (!AppError.is(error)) throw error;
    const issues = error instanceof InvalidActionsRequestError ? error.issues : null;
    return { type: 'refusal', code: error.code, message: error.message, issues, id: answered };
  }
}

async function openPolicy(directory: string, model: ModelName): Promise<RowPolicy> {
  const { version } = await inspectModel(directory);
  const known = policies.get(directory);
  policies.delete(directory);
  if (known?.version === version) {
    policies.set(directory, known);
    return known.policy;
  }
  known?.policy.close();
  const read = await readStoredModel(directory, model);
  makeRoom(read);
  kernels ??= compileKernels();
  const policy = await openRowPolicy(read, kernels);
  policies.set(directory, { policy, version });
  return policy;
}

function makeRoom({ files }: ReadModel): void {
  const needed = [...files.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  let bytes = [...policies.values()].reduce((sum, { policy }) => sum + policy.bytes, needed);
  for (const [directory, { policy }] of policies) {
    if (bytes <= maxBytes && policies.size < maxPolicies) return;
    bytes -= policy.bytes;
    policies.delete(directory);
    policy.close();
  }
}
