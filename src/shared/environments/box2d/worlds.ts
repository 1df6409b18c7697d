// Environments on Box2D, loaded with its physics when one of them is opened.
export { BipedalWalker } from './bipedal-walker.ts';
export { LunarLander } from './lunar-lander.ts';
