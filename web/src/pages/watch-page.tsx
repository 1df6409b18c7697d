// A policy plays its environment in the page, as fast or as slowly as one wants to look.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Job } from '../../../src/shared/job/job.ts';
import type { ModelName } from '../../../src/shared/job/model-name.ts';
import { call, describeError } from '../api.ts';
import { formatNumber } from '../format.ts';
import { isFinished } from '../state/actions.ts';
import { jobsById } from '../state/jobs.ts';
import { drawScene } from '../watch/draw-scene.ts';
import type { PlayerView, WatchedPlayer } from '../watch/watched-player.ts';

const speeds = { slowest: 1, usual: 30, fastest: 240 };
const reloadMs = 3_000;

export function WatchPage({ id }: { readonly id: string }) {
  const [job, setJob] = useState<Job | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    call<Job>(`jobs/${id}`).then(setJob, (reason: unknown) => setError(describeError(reason)));
  }, [id]);
  if (error !== null) return <p class="message">{error}</p>;
  if (job === null) return <p class="message">Reading the job …</p>;
  return (
    <article>
      <header class="toolbar">
        <h1>
          <a href={`#/jobs/${id}`}>{job.name ?? job.spec.environment}</a> plays
        </h1>
        <small>{job.spec.environment}</small>
      </header>
      <Stage job={job} />
    </article>
  );
}

function Stage({ job }: { readonly job: Job }) {
  const isRunning = !isFinished(jobsById.value.get(job.id)?.state ?? job.state);
  const [model, setModel] = useState<ModelName>(isRunning && job.models.latest !== null ? 'latest' : 'best');
  const [player, setPlayer] = useState<WatchedPlayer | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [view, setView] = useState<PlayerView | null>(null);
  const [isPlaying, setPlaying] = useState(true);
  const [stepsPerSecond, setStepsPerSecond] = useState(speeds.usual);

  useEffect(() => {
    setError(null);
    setPlayer(null);
    let isCurrent = true;
    let current: WatchedPlayer | null = null;
    // The environments and the kernels are loaded only here.
    import('../watch/open-player.ts')
      .then(async (module) => await module.openPlayer(job, model))
      .then(
        (opened) => {
          current = opened;
          if (isCurrent) setPlayer(opened);
          else opened.close();
        },
        (reason: unknown) => setError(describeError(reason)),
      );
    return () => {
      isCurrent = false;
      current?.close();
    };
  }, [job.id, model]);

  useEffect(() => {
    if (player === null || !isRunning) return undefined;
    const timer = setInterval(() => {
      player.reload().then(
        () => setView(player.view),
        () => undefined,
      );
    }, reloadMs);
    return () => clearInterval(timer);
  }, [player, isRunning]);

  useEffect(() => {
    if (player === null) return undefined;
    setView(player.view);
    if (!isPlaying) return undefined;
    let due = 0;
    let before = performance.now();
    let frame = requestAnimationFrame(function play(now) {
      // A page that was in the background does not catch up.
      due += Math.min(0.25, (now - before) / 1000) * stepsPerSecond;
      before = now;
      for (; due >= 1; due -= 1) player.step();
      setView(player.view);
      frame = requestAnimationFrame(play);
    });
    return () => cancelAnimationFrame(frame);
  }, [player, isPlaying, stepsPerSecond]);

  const problem = error ?? view?.problem ?? null;
  if (problem !== null) {
    return (
      <p class="failure" role="alert">
        This policy cannot be played: {problem}
      </p>
    );
  }
  return (
    <div class="columns">
      <Canvas view={view} environment={job.spec.environment} />
      <section class="sticky" aria-label="Controls and thoughts">
        <div class="card">
          <div class="toolbar">
            <button type="button" onClick={() => setPlaying(!isPlaying)}>
              {isPlaying ? 'Pause' : 'Play'}
            </button>
            <button
              type="button"
              disabled={isPlaying || player === null}
              onClick={() => {
                player?.skipRest();
                player?.step();
                setView(player?.view ?? null);
              }}
            >
              One step
            </button>
            <label>
              Speed{' '}
              <input
                type="range"
                min={speeds.slowest}
                max={speeds.fastest}
                value={stepsPerSecond}
                onInput={({ currentTarget }) => setStepsPerSecond(Number(currentTarget.value))}
              />{' '}
              {stepsPerSecond} steps/s
            </label>
          </div>
          <label>
            Model{' '}
            <select
              value={model}
              onChange={({ currentTarget }) => setModel(currentTarget.value === 'best' ? 'best' : 'latest')}
            >
              <option value="best">best</option>
              <option value="latest">latest{isRunning ? ', followed while it trains' : ''}</option>
            </select>
          </label>
        </div>
        <Thoughts view={view} />
      </section>
    </div>
  );
}

function Canvas({ view, environment }: { readonly view: PlayerView | null; readonly environment: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scene = view?.scene ?? null;
  useEffect(() => {
    if (canvas.current === null || scene === null) return;
    const { clientWidth } = canvas.current;
    const width = Math.round(clientWidth * devicePixelRatio);
    const height = Math.round(
      Math.min((width * scene.height) / scene.width, innerHeight * 0.7 * devicePixelRatio),
    );
    if (canvas.current.width !== width || canvas.current.height !== height) {
      canvas.current.width = width;
      canvas.current.height = height;
    }
    drawScene(canvas.current, scene);
  }, [view]);
  // It has played, and there is no picture.
  if (scene === null && view !== null && view.steps > 0)
    return (
      <p class="message">
        {environment} cannot be drawn: <Remedy environment={environment} /> The numbers beside show how it
        plays.
      </p>
    );
  return (
    <canvas
      ref={canvas}
      class="stage"
      role="img"
      aria-label={`${environment}, step ${view?.steps ?? 0}, return ${formatNumber(view?.return)}`}
    />
  );
}

/** What is missing for a picture. */
function Remedy({ environment }: { readonly environment: string }) {
  // Worlds that run in other programs have ids of this form.
  if (/^[a-z]+:/.test(environment))
    return <>it runs in another program, and its observations are no pictures.</>;
  return (
    <>
      its environment has no <code>render()</code>. Add one that returns a scene of shapes, and you can see it
      here.
    </>
  );
}

/** What the policy makes of what it sees. */
function Thoughts({ view }: { readonly view: PlayerView | null }) {
  if (view === null || (view.steps === 0 && view.scene === null))
    return <p class="message">Loading the policy …</p>;
  const { steps, returns, action, inspection } = view;
  const mean = returns.length === 0 ? null : returns.reduce((sum, value) => sum + value, 0) / returns.length;
  return (
    <div class="card">
      <dl class="facts">
        <Fact name="Step" value={String(steps)} />
        <Fact name="Return" value={formatNumber(view.return)} />
        <Fact name="Episodes" value={String(returns.length)} />
        <Fact name="Last return" value={formatNumber(returns.at(-1))} />
        <Fact name="Mean return" value={formatNumber(mean)} />
        <Fact name="Value" value={formatNumber(inspection.value)} />
        <Fact name="Trained steps" value={view.trainingSteps?.toLocaleString('en') ?? '–'} />
      </dl>
      {inspection.probabilities === null ? (
        <p>Action: {action === null ? '–' : [action].flat().map(formatNumber).join(', ')}</p>
      ) : (
        inspection.probabilities.map((probability, index) => (
          <div class="meter" key={index}>
            <span>
              {index === action ? '▶ ' : ''}action {index}
            </span>
            <span>
              <i style={{ width: `${(100 * probability).toFixed(1)}%` }} />
            </span>
            <span class="number">{(100 * probability).toFixed(0)} %</span>
          </div>
        ))
      )}
    </div>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
