// Loads a trained policy from a running server and lets it play CartPole on a canvas.
import { loadPolicy } from 'a3c-server/policy';
import { find, showScene } from './elements.ts';
import { Player } from './player.ts';

const addressFields = new URLSearchParams(location.search);
const model = addressFields.get('model');
const stepsPerPicture = Number(addressFields.get('steps') ?? 1);

async function play(address: string): Promise<void> {
  const player = new Player(await loadPolicy(address));
  const canvas = find('canvas', HTMLCanvasElement);
  const episodes = find('#episodes', HTMLOutputElement);
  const lastReturn = find('#return', HTMLOutputElement);
  const show = (): void => {
    for (let step = 0; step < stepsPerPicture; step += 1) player.step();
    showScene(canvas, player.scene);
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
