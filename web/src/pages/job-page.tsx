// One job: how it learns, what it was given, what happened, and what can be had from it.
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { JobEventRecord } from '../../../src/shared/api/job-event.ts';
import type { Job, JobChange } from '../../../src/shared/job/job.ts';
import { CurveGrid, type Mark } from '../charts/curve-grid.tsx';
import { ChangeForm } from '../components/change-form.tsx';
import { ConfirmButton } from '../components/confirm-button.tsx';
import { ProgressBar, StateBadge } from '../components/job-parts.tsx';
import { attempt, say } from '../components/notice.ts';
import { ResumeForm } from '../components/resume-form.tsx';
import { SettingsTable } from '../components/settings-table.tsx';
import { formatCount, formatDuration, formatNumber } from '../format.ts';
import { goTo } from '../router.ts';
import { act, isAllowed, isFinished, type JobAction } from '../state/actions.ts';
import { readEnvironment } from '../state/catalogue.ts';
import { JobFeed } from '../state/job-feed.ts';
import { mayChange } from '../state/session.ts';

export function JobPage({ id }: { readonly id: string }) {
  const [feed] = useState(() => new JobFeed(id));
  useEffect(() => {
    feed.start();
    return () => feed.stop();
  }, [feed]);
  const job = feed.job.value;
  const curve = feed.curve.value;
  const target = useTarget(job);
  const error = feed.error.value;
  const events = feed.events.value;
  // They have many rows, and seldom change.
  const settings = useMemo(() => job && <SettingsTable spec={job.spec} />, [job?.spec]);
  const log = useMemo(() => events.map((event) => <EventLine key={event.id} event={event} />), [events]);
  useEffect(() => {
    document.title = job === null ? 'a3c-server' : `${job.name ?? job.spec.environment} · a3c-server`;
    return () => {
      document.title = 'a3c-server';
    };
  }, [job?.name, job?.spec.environment]);

  if (error?.isMissing === true) {
    return (
      <section class="message">
        <h1>There is no such job</h1>
        <p>
          It may have been deleted, or be of another server. <a href="#/">All jobs</a>
        </p>
      </section>
    );
  }
  if (job === null) return <p class="message">{error === null ? 'Reading the job …' : error.text}</p>;
  return (
    <article>
      <JobHeader job={job} feed={feed} />
      {job.error !== null && (
        <p class="failure" role="alert">
          <strong>{job.error.code}</strong>: {job.error.message}
        </p>
      )}
      {job.warnings.map(({ code, message }) => (
        <p key={code} class="warning">
          <strong>{code}</strong>: {message}
        </p>
      ))}
      <Facts job={job} />
      {curve !== null && curve.length > 0 ? (
        <CurveGrid
          id={id}
          curve={curve}
          revision={feed.revision.value}
          evaluations={feed.evaluations.value}
          changes={job.changes}
          target={target}
        />
      ) : (
        <p class="message">No numbers yet: the curves begin with the first report of the job.</p>
      )}
      <div class="columns" style={{ marginTop: '1rem' }}>
        <section class="card" aria-label="Settings">
          <h2>Settings</h2>
          {settings}
        </section>
        <div class="sticky">
          <Downloads job={job} />
          <section class="card">
            <h2>Events</h2>
            <ol class="log" aria-label="Events, newest first" tabIndex={0}>
              {log}
            </ol>
          </section>
        </div>
      </div>
    </article>
  );
}

function JobHeader({ job, feed }: { readonly job: Job; readonly feed: JobFeed }) {
  const { id, state, spec } = job;
  const doIt = (action: JobAction): void => {
    void attempt(async () => {
      await act(action, id);
      if (action === 'delete') goTo('/');
      else await feed.refresh();
    });
  };
  return (
    <header class="toolbar">
      <h1>{job.name ?? spec.environment}</h1>
      <StateBadge {...job} />
      <small>
        {spec.environment} · {spec.algorithm} · {spec.workers} × {spec.environmentsPerWorker} environments
      </small>
      <span class="grow" />
      {job.models.best !== null && (
        <a class="button primary" href={`#/jobs/${id}/watch`}>
          Watch it play
        </a>
      )}
      {mayChange.value && (
        <>
          {(['pause', 'resume', 'cancel'] as const)
            .filter((action) => isAllowed(action, state))
            .map((action) => (
              <button key={action} type="button" onClick={() => doIt(action)}>
                {action[0]?.toUpperCase()}
                {action.slice(1)}
              </button>
            ))}
          {!isFinished(state) && state !== 'cancelling' && (
            <ChangeForm job={job} onDone={() => void feed.refresh()} />
          )}
          {isFinished(state) && state !== 'cancelled' && (
            <ResumeForm job={job} onDone={() => void feed.refresh()} />
          )}
          <a class="button" href={`#/new?from=${id}`}>
            Clone
          </a>
          {isAllowed('delete', state) && (
            <ConfirmButton question="Delete this job and its models?" onConfirm={() => doIt('delete')}>
              Delete
            </ConfirmButton>
          )}
        </>
      )}
    </header>
  );
}

function Facts({ job }: { readonly job: Job }) {
  const { progress, reward, throughput, state, stateReason } = job;
  const facts: [string, string][] = [
    ['Moving average', formatNumber(reward.movingAverage)],
    ['Best evaluation', formatNumber(reward.best)],
    ['Steps', formatCount(progress.steps)],
    ['Episodes', formatCount(progress.episodes)],
    ['Updates', formatCount(progress.updates)],
    ['Time', formatDuration(progress.elapsedSeconds)],
    ['Engine', [job.engine.name, job.engine.backend].filter(Boolean).join(' · ')],
  ];
  if (state === 'running') facts.push(['Steps per second', formatCount(throughput.stepsPerSecond)]);
  if (job.workerRestarts > 0) facts.push(['Worker restarts', String(job.workerRestarts)]);
  if (job.refusedGradients > 0) facts.push(['Refused gradients', formatCount(job.refusedGradients)]);
  if (job.staleGradients > 0) facts.push(['Stale gradients', formatCount(job.staleGradients)]);
  return (
    <>
      {stateReason !== null && <p>{stateReason}</p>}
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>Progress</dt>
          <dd>
            <ProgressBar
              state={state}
              progress={progress.fraction}
              estimatedFinishAt={progress.estimatedFinishAt}
            />
          </dd>
        </div>
      </dl>
    </>
  );
}

const files = ['zip', 'onnx', 'safetensors'] as const;

function Downloads({ job: { id, models, spec } }: { readonly job: Job }) {
  const names = (['best', 'latest'] as const).filter((name) => models[name] !== null);
  const address = new URL(`jobs/${id}/models/best`, location.href.replace(/#.*/, '')).href;
  const snippet = `import { loadPolicy } from 'a3c-server/policy';

const policy = await loadPolicy('${address}');
const { action } = policy.predict(observation);`;
  return (
    <section class="card">
      <h2>Models and tables</h2>
      {names.length === 0 && <p>The first model comes with the first evaluation.</p>}
      {names.map((name) => (
        <p key={name}>
          {name}:{' '}
          {files.map((format) => (
            <>
              <a
                key={format}
                href={`jobs/${id}/models/${name}.${format}`}
                download={`${spec.environment}-${name}.${format}`}
              >
                {format}
              </a>{' '}
            </>
          ))}
        </p>
      ))}
      <p>
        <a href={`jobs/${id}/metrics?format=csv&maxPoints=10000`}>curve.csv</a>{' '}
        <a href={`jobs/${id}/evaluations?format=csv&maxPoints=10000`}>evaluations.csv</a>{' '}
        <a href={`jobs/${id}/plot.svg`}>plot.svg</a>
      </p>
      {names.length > 0 && (
        <>
          <p>In a page or in Node:</p>
          <pre tabIndex={0}>{snippet}</pre>
          <p class="buttons">
            <button
              type="button"
              onClick={() =>
                void navigator.clipboard.writeText(snippet).then(
                  () => say('Copied'),
                  () => say('The browser does not allow it', true),
                )
              }
            >
              Copy
            </button>
          </p>
        </>
      )}
    </section>
  );
}

function EventLine({ event }: { readonly event: JobEventRecord }) {
  return (
    <li>
      <small>{event.time.slice(11, 19)}</small> {describeEvent(event)}
    </li>
  );
}

function describeEvent(event: JobEventRecord): string {
  switch (event.type) {
    case 'state': {
      const { state, reason, attempt: number } = event.data;
      return `${state}${number > 1 ? ` (attempt ${number})` : ''}${reason === null ? '' : `: ${reason}`}`;
    }
    case 'evaluation': {
      const { mean, standardDeviation, steps, isBest } = event.data;
      const deviation = formatNumber(standardDeviation);
      return `evaluation after ${formatCount(steps)} steps: ${formatNumber(mean)} ± ${deviation}${isBest ? ', the best' : ''}`;
    }
    case 'warning':
      return `warning ${event.data.code}: ${event.data.message}`;
    case 'change':
      return describeChange(event.data);
    case 'log':
      return event.data.message;
    case 'progress':
    case 'episode':
      return event.type;
  }
}

function describeChange({ path, from, to }: Pick<JobChange, 'path' | 'from' | 'to'>): string {
  return `${path} changed from ${JSON.stringify(from)} to ${JSON.stringify(to)}`;
}

/** The job's target; without one, the return from which its environment counts as solved. */
function useTarget(job: Job | null): Mark | null {
  const [threshold, setThreshold] = useState<number | null>(null);
  const environment = job?.spec.environment;
  useEffect(() => {
    if (environment === undefined) return;
    readEnvironment(environment).then(
      (found) => setThreshold(found?.rewardThreshold ?? null),
      () => undefined,
    );
  }, [environment]);
  const target = job?.spec.stop.targetReward ?? null;
  if (target !== null) return { label: 'target', value: target };
  return threshold === null ? null : { label: 'solved', value: threshold };
}
