// Entry of the Web Worker that trains: the master of a run in a browser. Its workers are Web Workers too.
import { TrainingRun } from '../master/training-run.ts';
import type { TrainingListener } from '../master/training-run-options.ts';
import { resolveEngineName } from '../shared/engines/engine-choice.ts';
import { createErrorRecord } from '../shared/errors/error-record.ts';
import type { InputIssue } from '../shared/errors/app-error.ts';
import type { JobRequest, JobSpec } from '../shared/job/job-spec.ts';
import { InvalidJobError, parseJobRequest, resolveJobSpec } from '../shared/job/resolve-job-spec.ts';
import { ArchiveStore } from './archive-store.ts';
import { loadEnvironment } from './load-environment.ts';
import type { TrainerReport, TrainerRequest } from './messages.ts';
import { WebWorkerHost } from './web-worker-host.ts';

let run: TrainingRun | null = null;
let isStopped = false;

self.addEventListener('message', ({ data: message }: { readonly data: TrainerRequest }) => {
  switch (message.type) {
    case 'start':
      void train(message).then(report);
      break;
    case 'stop':
      isStopped = true;
      run?.stop('cancelled');
      break;
  }
});

function report(message: TrainerReport): void {
  self.postMessage(message);
}

async function train({
  request,
  environmentModule,
  kernels,
  cores,
}: TrainerRequest & { type: 'start' }): Promise<TrainerReport> {
  try {
    const parsed = parseJobRequest(request);
    const definition = await loadEnvironment(parsed.environment, environmentModule);
    const spec = resolveJobSpec(parsed, definition, drawSeed);
    const issues = findMissing(parsed, spec);
    if (issues.length > 0) throw new InvalidJobError(issues);
    const artifacts = new ArchiveStore();
    run = TrainingRun.start({
      spec,
      definition,
      artifacts,
      machine: { kernels, cores, createWorkerHost: (context) => new WebWorkerHost(context) },
      logger: { warn: (...parts: unknown[]) => console.warn(...parts) },
      listener: createListener(artifacts),
    });
    if (isStopped) run.stop('cancelled');
    return { type: 'finished', outcome: await run.finished };
  } catch (error) {
    const issues = error instanceof InvalidJobError ? error.issues : null;
    return { type: 'failed', error: createErrorRecord(error), issues };
  }
}

/** What servers and commands can do, and a page cannot. */
function findMissing({ startFrom, remoteWorkers }: JobRequest, spec: JobSpec): InputIssue[] {
  const issues: InputIssue[] = [];
  if (startFrom)
    issues.push({ path: 'startFrom', message: 'only jobs on a server can start from another job' });
  if (remoteWorkers)
    issues.push({ path: 'remoteWorkers', message: 'only jobs on a server have workers on other machines' });
  if (resolveEngineName(spec) !== 'wasm')
    issues.push({
      path: spec.network.modelTopology ? 'network.modelTopology' : 'engine',
      message: 'a page trains with the kernels only, not with TensorFlow.js: train this job on a server',
    });
  return issues;
}

function createListener(archives: ArchiveStore): TrainingListener {
  return {
    onFigures: (figures, episodes) => {
      report({ type: 'figures', figures, episodes });
    },
    onCurvePoint: (figures) => {
      report({ type: 'curvePoint', figures });
    },
    onEvaluation: (evaluation, isBest) => {
      report({ type: 'evaluation', evaluation, isBest });
    },
    onWarning: (warning) => {
      report({ type: 'warning', warning });
    },
    onModel: (model, steps) => {
      report({ type: 'model', model, steps, archive: archives.take(model) });
    },
  };
}

function drawSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}
