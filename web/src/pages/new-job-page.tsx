// A form for a new job, made from the schema of jobs: environment and algorithm first, the rest folded away.
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { EnvironmentSummary, PresetSummary } from '../../../src/shared/api/catalogue.ts';
import { splitEnvironmentId } from '../../../src/shared/environments/environment-settings.ts';
import type { Job } from '../../../src/shared/job/job.ts';
import { call, CallError, describeError } from '../api.ts';
import { EnvironmentField } from '../components/environment-field.tsx';
import { Field } from '../components/field.tsx';
import { PostingFields } from '../components/posting-fields.tsx';
import { say } from '../components/notice.ts';
import { goTo, route } from '../router.ts';
import { readEnvironments, readPresets } from '../state/catalogue.ts';
import { flatten } from '../../../src/shared/fields/flatten.ts';
import { placeErrors, readDraft, writeCommand, writeCurl, type Draft } from '../state/job-draft.ts';
import { formatField, type JobField } from '../state/job-fields.ts';
import {
  locateInForm,
  postingFields,
  postingKinds,
  postingPaths,
  readPosting,
  type Posting,
} from '../state/posting.ts';
import { readJobFields } from '../state/read-job-fields.ts';

interface Sources {
  readonly fields: readonly JobField[];
  readonly environments: readonly EnvironmentSummary[];
  readonly presets: readonly PresetSummary[];
  readonly draft: Draft;
}

/** Shown at once; all others are folded away. */
const basics: readonly string[] = [
  'name',
  'stop.maxSteps',
  'stop.targetReward',
  'workers',
  'environmentsPerWorker',
  'seed',
  'optimizer.learningRate',
];

/** Groups by the first part of a path; the other fields are about learning. */
const groupTitles: Readonly<Record<string, string>> = {
  stop: 'When to stop',
  optimizer: 'Optimizer',
  network: 'Network',
  policy: 'Policy',
  ppo: 'PPO',
  ddpg: 'DDPG',
  wrappers: 'Wrappers of the environment',
  evaluation: 'Evaluations',
  checkpoint: 'Checkpoints',
  startFrom: 'Start from a model',
  metadata: 'Metadata',
  engine: 'Engine',
  webhook: 'Webhook',
};

async function readSources(from: string | null): Promise<Sources> {
  const [fields, environments, presets] = await Promise.all([
    readJobFields(),
    readEnvironments(),
    readPresets(),
  ]);
  const first = environments.find(({ id }) => id === 'CartPole-v1') ?? environments[0];
  const draft = from === null ? new Map([['environment', first?.id ?? '']]) : await copyJob(from, fields);
  return { fields, environments, presets, draft };
}

/** All settings of a job but its seed: another seed is what one wants of a copy. */
async function copyJob(id: string, fields: readonly JobField[]): Promise<Map<string, string>> {
  const { spec, name } = await call<Job>(`jobs/${id}`);
  const flat = flatten(spec);
  // A null is a setting too: the preset may have something else there.
  const known = fields.flatMap(({ path }) =>
    flat.has(path) && path !== 'seed' ? [[path, formatField(flat.get(path))] as const] : [],
  );
  const copy = new Map(known);
  if (name !== null) copy.set('name', `${name} (copy)`);
  return copy;
}

export function NewJobPage() {
  const from = route.value.query.get('from');
  const [sources, setSources] = useState<Sources | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    setSources(null);
    readSources(from).then(setSources, (reason: unknown) => setError(describeError(reason)));
  }, [from]);
  if (error !== null) return <p class="message">{error}</p>;
  if (sources === null) return <p class="message">Reading the fields of a job …</p>;
  return <JobForm key={from ?? ''} {...sources} isCopy={from !== null} />;
}

function JobForm({
  fields,
  environments,
  presets,
  draft: given,
  isCopy,
}: Sources & { readonly isCopy: boolean }) {
  const [draft, setDraft] = useState(given);
  const [errors, setErrors] = useState<ReadonlyMap<string, string>>(new Map());
  const [others, setOthers] = useState<readonly string[]>([]);
  const [isSending, setSending] = useState(false);
  const [posting, setPosting] = useState(readAsked);
  const environment = draft.get('environment') ?? '';
  // An id with settings has the presets of the environment.
  const { id: plainId } = splitEnvironmentId(environment);
  const own = presets.filter((preset) => preset.environment === plainId);
  const algorithm = draft.get('algorithm') ?? own[0]?.algorithm ?? '';
  const preset = own.find((candidate) => candidate.algorithm === algorithm);
  const tuned = useMemo(() => flatten(preset?.settings ?? {}), [preset]);
  const { request, errors: unreadable } = readDraft(draft, fields);
  const path = postingPaths[posting.kind];
  const { body, errors: unreadablePosting } = readPosting(posting, request);
  /** `dependents` are fields that another value of this one resets. */
  const set = (path: string, text: string, dependents: readonly string[] = []): void => {
    const next = new Map([...draft].filter(([name]) => !dependents.includes(name)));
    if (text === '') next.delete(path);
    else next.set(path, text);
    setDraft(next);
    if (errors.has(path)) setErrors(new Map([...errors].filter(([name]) => name !== path)));
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    const wrong = new Map([...unreadable, ...unreadablePosting]);
    setErrors(wrong);
    setOthers([]);
    if (wrong.size > 0) return;
    setSending(true);
    call<{ id: string }>(path, { method: 'POST', body })
      .then(
        ({ id }) => {
          say(`The ${posting.kind} is posted`);
          goTo(`/${path}/${id}`);
        },
        (reason: unknown) => {
          const problem = reason instanceof CallError ? reason.problem : null;
          if (problem === null) setOthers([describeError(reason)]);
          else {
            const placed = placeErrors(locateInForm(problem), [...fields, ...postingFields]);
            setErrors(placed.byPath);
            setOthers(placed.others);
          }
        },
      )
      .finally(() => setSending(false));
  };
  const show = (field: JobField) => (
    <Field
      key={field.path}
      field={field}
      text={draft.get(field.path) ?? ''}
      usual={tuned.has(field.path) ? formatField(tuned.get(field.path)) : null}
      error={errors.get(field.path) ?? null}
      onInput={(text) => set(field.path, text)}
    />
  );
  return (
    <form onSubmit={submit} noValidate class="columns">
      <div class="card">
        <h1>{isCopy ? 'New job from another' : 'New job'}</h1>
        <p>
          Choose what is to be learned. Everything else has a tuned value or a default, shown in grey; what
          you type replaces it.
        </p>
        {others.map((message) => (
          <p key={message} class="failure" role="alert">
            {message}
          </p>
        ))}
        {errors.size > 0 && (
          <p class="failure" role="alert">
            {[...errors].map(([path, message]) => `${path}: ${message}`).join('. ')}
          </p>
        )}
        <PostingFields posting={posting} errors={errors} onChange={setPosting} />
        <div class="fields">
          <EnvironmentField
            id={environment}
            environments={environments}
            others={listOthers(presets, environments)}
            error={errors.get('environment') ?? null}
            onChange={(id) => set('environment', id, ['algorithm'])}
          />
          <div class="field">
            <label for="algorithm">Algorithm</label>
            <select
              id="algorithm"
              value={draft.get('algorithm') ?? ''}
              onChange={({ currentTarget }) => set('algorithm', currentTarget.value)}
            >
              <option value="">{own[0] ? `${own[0].algorithm} (preset)` : 'default'}</option>
              {(fields.find(({ path }) => path === 'algorithm')?.options ?? []).map((name) => (
                <option key={name} value={name}>
                  {name}
                  {own.some((candidate) => candidate.algorithm === name) ? ' (has a preset)' : ''}
                </option>
              ))}
            </select>
            <small>{preset?.description ?? 'There is no preset for this algorithm and environment.'}</small>
            {errors.has('algorithm') && <p class="field-error">{errors.get('algorithm')}</p>}
          </div>
          {basics.flatMap((path) => fields.filter((field) => field.path === path)).map(show)}
        </div>
        {groupFields(fields).map(({ title, members }) => (
          <details key={title} open={members.some(({ path }) => errors.has(path)) || undefined}>
            <summary>{title}</summary>
            <div class="fields">{members.map(show)}</div>
          </details>
        ))}
        <p class="buttons">
          <button type="submit" class="primary" disabled={isSending}>
            Start training
          </button>
        </p>
      </div>
      <aside class="sticky" aria-label="The same as commands">
        <div class="card">
          <h2>The same with curl</h2>
          <pre tabIndex={0}>{writeCurl(body, location.href.replace(/#.*/, path))}</pre>
        </div>
        {posting.kind === 'job' && (
          <div class="card">
            <h2>The same without a server</h2>
            <pre tabIndex={0}>{writeCommand(draft, fields)}</pre>
          </div>
        )}
      </aside>
    </form>
  );
}

/** Environments with presets that the server does not list, as they come from elsewhere. */
function listOthers(
  presets: readonly PresetSummary[],
  environments: readonly EnvironmentSummary[],
): readonly string[] {
  const listed = new Set(environments.map(({ id }) => id));
  return [...new Set(presets.map(({ environment }) => environment))].filter((id) => !listed.has(id));
}

/** What is to be started, as the address says: `#/new?kind=experiment`. */
function readAsked(): Posting {
  const asked = route.value.query.get('kind');
  const kind = postingKinds.find((one) => one === asked) ?? 'job';
  return { kind, seeds: '', variations: '', trials: '' };
}

function groupFields(
  fields: readonly JobField[],
): { readonly title: string; readonly members: JobField[] }[] {
  const groups = new Map<string, JobField[]>([['Learning', []]]);
  for (const field of fields) {
    const { path } = field;
    if (basics.includes(path) || path === 'environment' || path === 'algorithm') continue;
    const title = groupTitles[path.split('.')[0] ?? ''] ?? 'Learning';
    groups.set(title, [...(groups.get(title) ?? []), field]);
  }
  return [...groups].map(([title, members]) => ({ title, members }));
}
