// deploy/kubernetes: its objects fit the API of Kubernetes and each other, and its containers may do no more than they
// need.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collectObjects, findMisfits, readObjects } from '../fixtures/kubernetes-objects.ts';

const labelsSchema = z.record(z.string(), z.string());
const selectorSchema = z.strictObject({
  matchLabels: labelsSchema.optional(),
  matchExpressions: z
    .array(z.strictObject({ key: z.string(), operator: z.literal('In'), values: z.array(z.string()) }))
    .default([]),
});
const secretKeySchema = z.strictObject({ name: z.string(), key: z.string() });
const containerSchema = z.looseObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()),
  env: z.array(
    z.strictObject({
      name: z.string(),
      value: z.string().optional(),
      valueFrom: z.strictObject({ secretKeyRef: secretKeySchema }).optional(),
    }),
  ),
  ports: z.array(z.strictObject({ name: z.string(), containerPort: z.int() })).default([]),
  resources: z.strictObject({ requests: labelsSchema, limits: labelsSchema }),
  volumeMounts: z.array(z.looseObject({ name: z.string() })),
});
const workloadSchema = z.looseObject({
  kind: z.enum(['Deployment', 'StatefulSet']),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    selector: z.strictObject({ matchLabels: labelsSchema }),
    volumeClaimTemplates: z
      .array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) }))
      .default([]),
    template: z.looseObject({
      metadata: z.looseObject({ labels: labelsSchema }),
      spec: z.looseObject({
        containers: z.array(containerSchema),
        volumes: z.array(
          z.looseObject({
            name: z.string(),
            configMap: z.strictObject({ name: z.string() }).optional(),
            secret: z
              .looseObject({ secretName: z.string(), items: z.array(z.looseObject({ key: z.string() })) })
              .optional(),
          }),
        ),
      }),
    }),
  }),
});

const objects = collectObjects('deploy/kubernetes');
const secrets = readObjects('deploy/kubernetes/secrets.example.yaml');
const workloads = objects.flatMap((object) => workloadSchema.safeParse(object).data ?? []);
const named = workloads.map((workload) => [workload.metadata.name, workload] as const);
const pods = workloads.map(({ spec }) => spec.template);
const containers = workloads.flatMap(({ spec }) => spec.template.spec.containers);

function findKeys(secret: string): string[] {
  const found = secrets.find(({ metadata }) => metadata.name === secret);
  return Object.keys(z.object({ stringData: labelsSchema }).parse(found).stringData);
}

/** Whether a selector has the labels of a pod. */
function selects(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  const { matchLabels = {}, matchExpressions } = selectorSchema.parse(selector);
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''))
  );
}

function selectNames(selector: unknown): string[] {
  return named
    .filter(([, { spec }]) => selects(selector, spec.template.metadata.labels))
    .map(([name]) => name);
}

function listSpecs(kind: string): (readonly [string, Readonly<Record<string, unknown>>])[] {
  return objects
    .filter((object) => object.kind === kind)
    .map((object) => [
      object.metadata.name,
      z.object({ spec: z.record(z.string(), z.unknown()) }).parse(object).spec,
    ]);
}

describe('deploy/kubernetes', () => {
  it('fits the API of Kubernetes', { timeout: 60_000 }, () => {
    expect(objects.length).toBeGreaterThan(12);
    expect(findMisfits([...objects, ...secrets])).toEqual([]);
    // The check finds mistakes: an unknown field, a value of another type, a missing field.
    const metadata = { name: 'x' };
    const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata };
    const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata };
    expect(
      findMisfits([
        { ...budget, spec: { minAvailabel: 1 } },
        { ...budget, spec: { maxUnavailable: true } },
        { ...policy, spec: {} },
      ]),
    ).toEqual([
      expect.stringContaining('minAvailabel'),
      expect.stringContaining("Type 'true'"),
      expect.stringContaining('podSelector'),
    ]);
  });

  it('has a server, NATS, trainers and workers', () => {
    expect(named.map(([name]) => name).toSorted()).toEqual(['nats', 'server', 'trainer', 'worker']);
    for (const { spec } of workloads)
      expect(selects(spec.selector, spec.template.metadata.labels)).toBe(true);
  });

  it.each(named)('%s runs without rights', (_, { spec: { template } }) => {
    expect(template.spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    });
    for (const container of template.spec.containers) {
      expect(container).toMatchObject({
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      });
      expect(Object.keys(container.resources.requests)).toEqual(['cpu', 'memory']);
      expect(Object.keys(container.resources.limits)).toContain('memory');
      expect(container.image).toMatch(/^a3c-server$|:\d+\.\d+\.\d+-[\w.]+$/);
    }
  });

  it.each(named)('%s mounts what there is', (_, { spec }) => {
    const { containers: own, volumes } = spec.template.spec;
    const names = [...volumes, ...spec.volumeClaimTemplates.map(({ metadata }) => metadata)].map(
      ({ name }) => name,
    );
    for (const { volumeMounts } of own) for (const { name } of volumeMounts) expect(names).toContain(name);
    for (const { secret, configMap } of volumes) {
      for (const { key } of secret?.items ?? []) expect(findKeys(secret?.secretName ?? '')).toContain(key);
      if (configMap)
        expect(objects).toContainEqual(
          expect.objectContaining({ kind: 'ConfigMap', metadata: { name: configMap.name } }),
        );
    }
  });

  it('takes tokens and passwords from secrets that the example has, and its addresses name them', () => {
    const keys = containers.flatMap(({ env }) =>
      env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []),
    );
    expect(keys.length).toBeGreaterThan(6);
    for (const { name, key } of keys) expect(findKeys(name)).toContain(key);
    for (const user of ['server', 'trainer', 'worker']) {
      const env = containers.find(({ name }) => name === user)?.env;
      expect(env).toContainEqual({ name: 'A3C_NATS', value: `tls://${user}:$(NATS_PASSWORD)@nats:4222` });
      expect(env).toContainEqual({
        name: 'NATS_PASSWORD',
        valueFrom: { secretKeyRef: { name: 'nats-passwords', key: user } },
      });
    }
    for (const secret of secrets)
      for (const value of Object.values(z.object({ stringData: labelsSchema }).parse(secret).stringData))
        expect(value).toBe('REPLACE');
  });

  it('starts commands with flags that they have', () => {
    const reference = readFileSync(join(import.meta.dirname, '../../docs/command-line.md'), 'utf8');
    for (const { name, command } of containers) {
      if (name === 'nats') continue;
      const [program, subcommand = '', ...rest] = command;
      expect(program).toBe('a3c');
      const [, section = ''] = reference.split(`### \`a3c ${subcommand}\``);
      const [described] = section.split('\n### ');
      for (const flag of rest.filter((word) => word.startsWith('--')))
        expect(described, `${name} ${flag}`).toContain(flag);
    }
  });

  it('has a budget of disruptions for each workload', () => {
    const budgets = listSpecs('PodDisruptionBudget');
    for (const [name, { selector }] of budgets) expect(selectNames(selector)).toEqual([name]);
    expect(budgets.map(([name]) => name).toSorted()).toEqual(named.map(([name]) => name).toSorted());
  });

  it('scales workers, whose number nobody else sets', () => {
    const [[, { scaleTargetRef }] = ['', { scaleTargetRef: null }]] = listSpecs('HorizontalPodAutoscaler');
    expect(scaleTargetRef).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'worker' });
    expect(Object.keys(named.find(([name]) => name === 'worker')?.[1].spec ?? {})).not.toContain('replicas');
  });

  it('lets the programs reach NATS and pods reach the API, and forbids the rest', () => {
    const policies = Object.fromEntries(listSpecs('NetworkPolicy'));
    const all = named.map(([name]) => name).toSorted();
    expect(selectNames(policies.a3c?.podSelector).toSorted()).toEqual(all);
    expect(policies.a3c).toMatchObject({ policyTypes: ['Ingress', 'Egress'] });
    expect(policies.a3c).not.toHaveProperty('ingress');
    expect(selectNames(policies.nats?.podSelector)).toEqual(['nats']);
    expect(selectNames(policies.programs?.podSelector)).toEqual(['server', 'trainer', 'worker']);
    expect(selectNames(policies.server?.podSelector)).toEqual(['server']);
    const from = z
      .object({ ingress: z.tuple([z.object({ from: z.tuple([z.object({ podSelector: z.unknown() })]) })]) })
      .parse(policies.nats).ingress[0].from[0].podSelector;
    expect(selectNames(from)).toEqual(['server', 'trainer', 'worker']);
  });

  it('has services and probes that name ports of their pods', () => {
    for (const [name, spec] of listSpecs('Service')) {
      const { selector, ports } = z
        .object({ selector: labelsSchema, ports: z.array(z.object({ targetPort: z.string() })) })
        .parse(spec);
      const [pod] = pods.filter(({ metadata }) => selects({ matchLabels: selector }, metadata.labels));
      const known = pod?.spec.containers.flatMap((container) => container.ports.map((port) => port.name));
      for (const { targetPort } of ports) expect(known, name).toContain(targetPort);
    }
    const probeSchema = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });
    for (const name of ['server', 'nats']) {
      const container = containers.find((found) => found.name === name);
      for (const kind of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
        const { httpGet } = probeSchema.parse(container?.[kind]);
        expect(container?.ports.map((port) => port.name)).toContain(httpGet.port);
      }
    }
  });
});
