// The page of a replay. It stands alone: everything that it needs is in its file.
import { restoreScene, type Replay, type ReplayStep } from '../../../src/shared/replays/replay.ts';
import { formatNumber } from '../format.ts';
import { drawScene } from '../watch/draw-scene.ts';
import { findElement } from './find-element.ts';
import { Player } from './player.ts';
import { followTheme } from './theme.ts';

/** Share of the window's height that a scene may take. */
const largestShare = 0.7;

const replay = readReplay();
const stage = findElement('stage', HTMLCanvasElement);
const text = findElement('text', HTMLElement);
const position = findElement('position', HTMLInputElement);
const play = findElement('play', HTMLButtonElement);
const speed = findElement('speed', HTMLSelectElement);
const status = findElement('status', HTMLElement);

const player = new Player({
  length: replay.steps.length,
  stepsPerSecond: replay.stepsPerSecond,
  onChange: show,
});

document.title = `Replay of ${replay.environment}`;
write('environment', replay.environment);
const episodes = replay.steps.at(-1)?.episode ?? 0;
write('extent', `${count(episodes, 'episode')}, ${count(replay.steps.length, 'step')}`);
if (replay.cut !== null) {
  const note = findElement('cut', HTMLElement);
  note.textContent = `This replay ends early: ${replay.cut}.`;
  note.hidden = false;
}
position.max = String(replay.steps.length - 1);

play.addEventListener('click', () => player.toggle());
findElement('back', HTMLButtonElement).addEventListener('click', () => player.go(player.index - 1));
findElement('forward', HTMLButtonElement).addEventListener('click', () => player.go(player.index + 1));
position.addEventListener('input', () => player.go(Number(position.value)));
speed.addEventListener('change', () => player.setSpeed(Number(speed.value)));
document.addEventListener('keydown', onKey);
addEventListener('resize', draw);
followTheme(draw);
show();

/** Keys that do something else where the focus is are left to it. */
function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target === speed) return;
  const isOnButton = event.target instanceof HTMLButtonElement;
  if (event.key === ' ' && !isOnButton) player.toggle();
  else if (event.key === 'ArrowLeft') player.go(player.index - 1);
  else if (event.key === 'ArrowRight') player.go(player.index + 1);
  else if (event.key === 'Home') player.go(0);
  else if (event.key === 'End') player.go(replay.steps.length - 1);
  else return;
  event.preventDefault();
}

function show(): void {
  const step = replay.steps[player.index];
  if (step === undefined) return;
  play.textContent = player.isPlaying ? 'Pause' : 'Play';
  position.value = String(player.index);
  position.setAttribute('aria-valuetext', describe(step));
  write('episode', String(step.episode));
  write('step', String(step.step));
  write('return', formatNumber(step.return));
  write('action', [step.action].flat().map(formatNumber).join(', '));
  write('value', formatNumber(step.value));
  showProbabilities(step);
  // Sixty steps a second cannot be read aloud.
  status.textContent = player.isPlaying ? '' : describe(step);
  draw();
}

function draw(): void {
  const step = replay.steps[player.index];
  if (step === undefined) return;
  const scene = restoreScene(replay, step);
  stage.hidden = scene === null;
  text.hidden = scene !== null;
  text.textContent = step.text?.join('\n') ?? '';
  if (scene === null) return;
  const width = Math.round(stage.clientWidth * devicePixelRatio);
  const height = Math.round(
    Math.min((width * scene.height) / scene.width, innerHeight * largestShare * devicePixelRatio),
  );
  if (stage.width !== width || stage.height !== height) {
    stage.width = width;
    stage.height = height;
  }
  stage.setAttribute('aria-label', `${replay.environment}, ${describe(step)}`);
  drawScene(stage, scene);
}

/** One bar for each action; the bars stay, and only what they say changes. */
function showProbabilities({ probabilities = [], action }: ReplayStep): void {
  const list = findElement('probabilities', HTMLElement);
  while (list.childElementCount > probabilities.length) list.lastElementChild?.remove();
  while (list.childElementCount < probabilities.length) list.append(createMeter());
  for (const [index, probability] of probabilities.entries()) {
    const [name, bar, share] = list.children[index]?.children ?? [];
    if (name) name.textContent = `${index === action ? '▶ ' : ''}action ${index}`;
    if (bar?.firstElementChild instanceof HTMLElement)
      bar.firstElementChild.style.width = `${(100 * probability).toFixed(1)}%`;
    if (share) share.textContent = `${(100 * probability).toFixed(0)} %`;
  }
}

function createMeter(): HTMLElement {
  const meter = document.createElement('div');
  meter.className = 'meter';
  const [name, bar, share] = ['span', 'span', 'span'].map((tag) => document.createElement(tag));
  bar?.append(document.createElement('i'));
  share?.classList.add('number');
  meter.append(...[name, bar, share].filter((element) => element !== undefined));
  return meter;
}

function describe({ episode, step, return: total }: ReplayStep): string {
  return `episode ${episode}, step ${step}, return ${formatNumber(total)}`;
}

function write(id: string, content: string): void {
  findElement(id, HTMLElement).textContent = content;
}

function count(number: number, name: string): string {
  return `${number} ${name}${number === 1 ? '' : 's'}`;
}

/** The command line has written it, for this very page. */
function readReplay(): Replay {
  return parse<Replay>(findElement('replay', HTMLScriptElement).textContent, JSON);
}

function parse<Content>(content: string, parser: { parse(text: string): Content }): Content {
  return parser.parse(content);
}
