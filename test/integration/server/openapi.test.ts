// The OpenAPI document says what is true: of names, answers, access, and examples that work.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { ModelCalls } from '../../../src/client/model-calls.ts';
import { postDrawnModel } from '../../fixtures/drawn-jobs.ts';
import { A3CClient } from '../../../src/client/a3c-client.ts';
import { fillIn, readApiDocument, type Operation } from '../../fixtures/api-document.ts';
import { startTestServer } from '../../fixtures/running-server.ts';

const client = readFileSync(join(import.meta.dirname, '../../../src/client.ts'), 'utf8');

/** Operations that the client has under another name, or leaves to others. */
const otherMethods: Readonly<Record<string, string>> = {
  followChanges: 'changes',
  getReadiness: 'isReady',
  playModel: 'play',
};
/** What asks for less than another method, and what is for environments. */
const leftOut = ['getHealth', 'connectEnvironment'];
/** Their answers have no end. */
const endless = ['followChanges', 'playModel'];

let read: ReturnType<typeof readApiDocument> | null = null;

/** The document of a server, which is closed when the first test has read it. */
async function readOnce() {
  read ??= readApiDocument(await startTestServer());
  return await read;
}

describe('the OpenAPI document', () => {
  it('is valid, and each operation has a name, a known tag and described answers', async () => {
    const { json, document, operations } = await readOnce();
    expect(await new Validator().validate(structuredClone(json))).toMatchObject({ valid: true });
    const tags = document.tags.map(({ name }) => name);
    for (const { operationId, tags: own, responses, parameters, requestBody } of operations) {
      expect(operationId).toMatch(/^[a-z]+([A-Z][a-z]+)*$/);
      expect(tags).toEqual(expect.arrayContaining(own));
      expect(Object.keys(responses).join(' '), operationId).toMatch(/^(20[024]( 204)?|101) 4XX 5XX$/);
      const texts = [...Object.values(responses), ...parameters].map(({ description }) => description);
      expect(texts.filter((text) => text === '' || text === 'Default Response')).toEqual([]);
      for (const { content = {} } of [...Object.values(responses), ...(requestBody ? [requestBody] : [])])
        for (const { schema } of Object.values(content))
          expect(JSON.stringify(schema).length).toBeLessThan(600);
    }
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('refers to each of its schemas, and to no other', async () => {
    const { json, document } = await readOnce();
    const references = [...JSON.stringify(json).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name,
    );
    expect([...new Set(references)].sort()).toEqual(Object.keys(document.components.schemas).sort());
  });

  it('has the operations and the schemas that the client has', async () => {
    const { document, operations } = await readOnce();
    const methods = [A3CClient.prototype, ModelCalls.prototype].flatMap((prototype) =>
      Object.getOwnPropertyNames(prototype),
    );
    for (const { operationId } of operations) {
      if (leftOut.includes(operationId)) continue;
      // Files of models are a parameter of one method.
      const method = /^download(Best|Latest)/.test(operationId)
        ? 'downloadModel'
        : (otherMethods[operationId] ?? operationId);
      expect(methods).toContain(method);
    }
    for (const name of Object.keys(document.components.schemas))
      expect(client).toMatch(new RegExp(`\\b${name.replace(/Input$/, '')}\\b`));
  });
});

describe('its access rules', () => {
  it.each([{ token: 'secret' }, {}])('are those of a server with %o', async (settings) => {
    const server = await startTestServer(settings);
    const headers: Record<string, string> = 'token' in settings ? { authorization: 'Bearer secret' } : {};
    const { document, operations } = await readApiDocument(server, '/openapi.json', headers);
    expect(document.components.securitySchemes).toMatchObject({
      token: { type: 'http', scheme: 'bearer' },
      session: { type: 'apiKey', in: 'cookie', name: `a3c_session_${new URL(server.url).port}` },
    });
    for (const operation of operations) {
      const { security = document.security, method, operationId } = operation;
      const isOpen = security.length === 0 || security.some((needed) => Object.keys(needed).length === 0);
      if (operationId === 'followChanges' && isOpen) continue;
      const { status } = await fetch(server.url + fillIn(operation), { method: method.toUpperCase() });
      if (isOpen) expect(status, operationId).not.toBe(401);
      else expect(status, operationId).toBe(401);
    }
  });
});

describe('the calls of /docs', () => {
  it('work as they stand: every GET answers as it is documented, for the newest job', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('write-model');
    await server.waitFor(id, 'succeeded');
    const job = { environment: 'CartPole-v1', name: 'run' };
    await server.post('/experiments', { job, seeds: 1 });
    await server.post('/tunings', { job, trials: 1, seeds: 1 });
    const { operations } = await readApiDocument(server, '/docs/json');
    for (const operation of operations) {
      if (operation.method !== 'get' || endless.includes(operation.operationId)) continue;
      const response = await server.get(fillIn(operation));
      expect(findMediaTypes(operation, response.status), operation.operationId).toContain(
        response.headers.get('content-type')?.split(';')[0],
      );
      await response.arrayBuffer();
    }
  });

  it.each(['createJob', 'createExperiment', 'createTuning'])(
    'work as they stand: every example of %s is accepted',
    async (operationId) => {
      const server = await startTestServer();
      const { operations } = await readApiDocument(server);
      const posting = operations.find((operation) => operation.operationId === operationId);
      const { examples = {} } = posting?.requestBody?.content['application/json'] ?? {};
      const values = Object.values(examples).map(({ value }) => value);
      expect(values.length).toBeGreaterThan(0);
      if (operationId === 'createJob') expect(values[0]).toEqual({ environment: 'CartPole-v1' });
      for (const value of values) expect((await server.post(posting?.path ?? '', value)).status).toBe(202);
    },
  );

  it('work as they stand: every example for the policy of a job is accepted', async () => {
    const server = await startTestServer();
    await postDrawnModel(server);
    const { operations } = await readApiDocument(server, '/docs/json');
    for (const [operationId, status] of [
      ['chooseActions', 200],
      ['createEvaluation', 202],
    ] as const) {
      const posting = operations.find((operation) => operation.operationId === operationId);
      const { examples = {} } = posting?.requestBody?.content['application/json'] ?? {};
      expect(Object.keys(examples).length).toBeGreaterThan(0);
      for (const { value } of Object.values(examples))
        expect((await server.post(posting === undefined ? '' : fillIn(posting), value)).status).toBe(status);
    }
  });
});

/** Media types that an operation documents for a status. */
function findMediaTypes({ responses }: Operation, status: number): string[] {
  const answer = responses[String(status)] ?? responses[`${Math.floor(status / 100)}XX`];
  return Object.keys(answer?.content ?? {});
}
