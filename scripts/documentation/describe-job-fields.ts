// The reference of job fields (docs/job-fields.md), made from the schema of jobs and the defaults.
import { algorithms, readSettings } from '../../src/shared/algorithms/algorithms.ts';
import { builtInEnvironments } from '../../src/shared/environments/built-in-environments.ts';
import { describeFields, type Field } from '../../src/shared/fields/describe-fields.ts';
import { flatten } from '../../src/shared/fields/flatten.ts';
import { jobDefaults, optimizerDefaults } from '../../src/shared/job/job-defaults.ts';
import { jobRequestSchema } from '../../src/shared/job/job-spec.ts';
import { resolveJobSpec } from '../../src/shared/job/resolve-job-spec.ts';

const introduction = `# Job fields

Every field of a job: in the body of \`POST /jobs\`, in the \`job\` of an experiment or a tuning, in a file for \`--config\`, and as a flag of \`a3c train\` (\`stop.maxSteps\` is \`--stop.max-steps\`). Only \`environment\` is required.

A value comes from the request, else from the preset of the environment and algorithm (\`npx a3c presets\`, \`GET /presets\`), else from the default here. If a request changes what a preset was tuned with, general settings replace the tuned ones ([tuning.md](tuning.md#a-preset-with-other-settings)). The answer to a POST has the whole job.

This page is written by \`npm run document\`.
`;

const titles: Readonly<Record<string, string>> = {
  '': 'Job',
  optimizer: 'Optimizer',
  network: 'Network',
  policy: 'Policy',
  stop: 'When to stop',
  evaluation: 'Evaluation',
  checkpoint: 'Checkpoints',
  wrappers: 'Wrappers of the environment',
  startFrom: 'Start from a model',
};

export function describeJobFields(): string {
  const groups = Map.groupBy(describeFields(jobRequestSchema), ({ path }) =>
    path.includes('.') ? (path.split('.')[0] ?? '') : '',
  );
  const defaults = listDefaults();
  const sections = [...groups].map(([name, fields]) =>
    [
      `## ${titles[name] ?? name.toUpperCase()}`,
      '',
      '| field | type | default | meaning |',
      '| --- | --- | --- | --- |',
      ...fields.map((field) => describeRow(field, defaults)),
    ].join('\n'),
  );
  return `${[introduction, ...sections].join('\n')}\n`.replaceAll('\n##', '\n\n##');
}

function describeRow({ path, type, isNullable, description }: Field, defaults: Map<string, unknown>): string {
  const kind = type === 'json' ? 'JSON' : type;
  const value = defaults.has(path) ? `\`${JSON.stringify(defaults.get(path))}\`` : '';
  return `| \`${path}\` | ${kind}${isNullable ? ' or null' : ''} | ${escape(value)} | ${escape(description)} |`;
}

function escape(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** Defaults by path: those of all jobs, of Adam, and of each algorithm's own settings. */
function listDefaults(): Map<string, unknown> {
  const [definition] = builtInEnvironments;
  const { startFrom, ...own } = jobDefaults;
  const defaults = flatten({
    ...own,
    optimizer: { ...optimizerDefaults.rmsprop, ...optimizerDefaults.adam },
  });
  for (const record of algorithms) {
    const environment = builtInEnvironments.find(({ actionSpace }) =>
      record.traits.policies === 'own' ? actionSpace.type === 'box' : actionSpace.type === 'discrete',
    );
    const definedBy = environment ?? definition;
    if (record.settings === null || definedBy === undefined) continue;
    const bare = { ...definedBy, id: 'Unknown-v0' };
    const spec = resolveJobSpec({ environment: bare.id, algorithm: record.name }, bare, () => 0);
    for (const [path, value] of flatten({ [record.name]: readSettings(spec, record) }))
      defaults.set(path, value);
  }
  return defaults;
}
