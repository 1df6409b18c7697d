// Trains CartPole in this page, in Web Workers, and shows it: the curve, and the newest policy at play.
import { train } from 'a3c-server/browser';
import { loadPolicy } from 'a3c-server/policy';
import { drawCurve, type CurvePoint } from './curve.ts';
import { find, showScene } from './elements.ts';
import { Player } from './player.ts';

const form = find('form', HTMLFormElement);
const start = find('#start', HTMLButtonElement);
const stop = find('#stop', HTMLButtonElement);
const state = find('#state', HTMLElement);
const download = find('#download', HTMLAnchorElement);

let player: Player | null = null;
/** Aborting it ends the training. */
let training = new AbortController();

/** Lets the newest policy play. */
async function show(archive: Uint8Array): Promise<void> {
  const policy = await loadPolicy(archive);
  if (player) player.policy = policy;
  else player = new Player(policy);
}

function draw(): void {
  requestAnimationFrame(draw);
  if (player === null) return;
  player.step();
  showScene(find('#scene', HTMLCanvasElement), player.scene);
  write('#episodes', String(player.episodes));
  if (player.episodes > 0) write('#return', String(player.lastReturn));
}

async function run(workers: number, seed: number | undefined): Promise<void> {
  const points: CurvePoint[] = [];
  let shown = Promise.resolve();
  const { figures, reason, models } = await train(
    {
      environment: 'CartPole-v1',
      workers,
      ...(seed !== undefined && { seed }),
      // Often, so that one sees the policy learn.
      evaluation: { episodes: 2, everySteps: 5_000 },
    },
    {
      signal: training.signal,
      onCurvePoint: ({ progress, reward }) => {
        if (reward.movingAverage !== null) points.push({ steps: progress.steps, mean: reward.movingAverage });
      },
      onFigures: ({ progress, reward, throughput }) => {
        write('#steps', progress.steps.toLocaleString('en'));
        write('#speed', Math.round(throughput.stepsPerSecond).toLocaleString('en'));
        write('#average', reward.movingAverage?.toFixed(1) ?? '–');
        write('#seconds', progress.elapsedSeconds.toFixed(1));
        drawCurve(find('#curve', HTMLCanvasElement), points);
      },
      onModel: (name, archive) => {
        if (name === 'latest') shown = shown.then(() => show(archive));
      },
    },
  );
  if (figures.reward.movingAverage !== null)
    points.push({ steps: figures.progress.steps, mean: figures.reward.movingAverage });
  drawCurve(find('#curve', HTMLCanvasElement), points);
  const best = models.get('best');
  const isSolved = reason === 'targetReward';
  state.textContent = `${isSolved ? 'Solved' : 'Ended'} after ${figures.progress.steps.toLocaleString('en')} steps.`;
  await shown;
  if (best === undefined) return;
  await show(best);
  download.href = URL.createObjectURL(new Blob([best], { type: 'application/zip' }));
  download.hidden = false;
}

function write(selector: string, text: string): void {
  find(selector, HTMLOutputElement).value = text;
}

function complain(error: unknown): void {
  state.textContent = 'Not trained.';
  find('[role=alert]', HTMLElement).textContent = error instanceof Error ? error.message : String(error);
}

stop.addEventListener('click', () => {
  training.abort();
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  const fields = new FormData(form);
  const seed = fields.get('seed');
  training = new AbortController();
  start.disabled = true;
  stop.disabled = false;
  download.hidden = true;
  state.textContent = 'Training.';
  find('[role=alert]', HTMLElement).textContent = '';
  run(Number(fields.get('workers')), seed === '' ? undefined : Number(seed))
    .catch(complain)
    .finally(() => {
      start.disabled = false;
      stop.disabled = true;
    });
});
draw();
