// Loads a trained policy from a running server and lets it play CartPole on a canvas.
import { builtInEnvironments, Random, type RestorableEnvironment } from 'a3c-server/environments';
import { loadPolicy, type Policy, type PolicyState } from 'a3c-server/policy';

const addressFields = new URLSearchParams(location.search);
const model = addressFields.get('model');
const stepsPerPicture = Number(addressFields.get('steps') ?? 1);

/** One episode after another; each call of `step` is one step. */
class Player {
  readonly position = new Float32Array(4);
  episodes = 0;
  lastReturn = 0;
  readonly #policy: Policy;
  readonly #environment: RestorableEnvironment;
  readonly #maxSteps: number;
  readonly #random = Random.fromSeed(Date.now());
  readonly #action = new Float32Array(1);
  #state: PolicyState | null = null;
  #return = 0;
  #steps = 0;

  constructor(policy: Policy) {
    const definition = builtInEnvironments.find(({ id }) => id === policy.environment);
    if (!definition?.id.startsWith('CartPole-'))
      throw new Error(`this page plays CartPole, and the model was trained in ${policy.environment}`);
    this.#policy = policy;
    this.#environment = definition.create();
    this.#maxSteps = definition.maxEpisodeSteps ?? Infinity;
    this.#begin();
  }

  step(): void {
    const { action, state } = this.#policy.predict(this.position, { state: this.#state });
    this.#state = state;
    this.#action[0] = Number(action);
    this.#return += this.#environment.step(this.#action, 0, this.#random);
    this.#environment.observe(this.position, 0);
    this.#steps += 1;
    if (!this.#environment.terminated && this.#steps < this.#maxSteps) return;
    this.episodes += 1;
    this.lastReturn = this.#return;
    this.#begin();
  }

  #begin(): void {
    this.#return = 0;
    this.#steps = 0;
    this.#state = null;
    this.#environment.reset(this.#random);
    this.#environment.observe(this.position, 0);
  }
}

function find<Kind extends Element>(selector: string, kind: new () => Kind): Kind {
  const element = document.querySelector(selector);
  if (element instanceof kind) return element;
  throw new Error(`the page has no ${selector}`);
}

/** Draws the track from −2.4 to 2.4, the cart and the pole. */
function draw(canvas: HTMLCanvasElement, [position = 0, , angleRadians = 0]: Float32Array): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const { width, height } = canvas;
  const x = width / 2 + (position / 2.4) * (width / 2);
  const y = height * 0.8;
  const poleLength = height * 0.6;
  context.clearRect(0, 0, width, height);
  context.fillRect(0, y + 10, width, 2);
  context.fillRect(x - 30, y - 10, 60, 20);
  context.lineWidth = 8;
  context.beginPath();
  context.moveTo(x, y - 10);
  context.lineTo(x + poleLength * Math.sin(angleRadians), y - 10 - poleLength * Math.cos(angleRadians));
  context.stroke();
}

async function play(address: string): Promise<void> {
  const player = new Player(await loadPolicy(address));
  const canvas = find('canvas', HTMLCanvasElement);
  const episodes = find('#episodes', HTMLOutputElement);
  const lastReturn = find('#return', HTMLOutputElement);
  const show = (): void => {
    for (let step = 0; step < stepsPerPicture; step += 1) player.step();
    draw(canvas, player.position);
    episodes.value = String(player.episodes);
    if (player.episodes > 0) lastReturn.value = String(player.lastReturn);
    requestAnimationFrame(show);
  };
  show();
}

find('[name=steps]', HTMLInputElement).value = String(stepsPerPicture);
if (model !== null) {
  find('[name=model]', HTMLInputElement).value = model;
  play(model).catch((error: unknown) => {
    find('[role=alert]', HTMLElement).textContent = error instanceof Error ? error.message : String(error);
  });
}
