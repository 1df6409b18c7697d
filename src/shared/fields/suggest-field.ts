// Suggestion for an unknown field name.
import leven from 'leven';

/** Names in other libraries, in lower case and without separators. */
const otherNames: Readonly<Record<string, string>> = {
  algo: 'algorithm',
  batchsize: 'ddpg.batchSize',
  buffersize: 'ddpg.replaySize',
  entcoef: 'entropyCoefficient',
  envid: 'environment',
  epochs: 'stop.maxEpisodes',
  gamma: 'discount',
  hidden: 'network.layers',
  hiddensizes: 'network.layers',
  lr: 'optimizer.learningRate',
  maxgradnorm: 'maxGradientNorm',
  nenvs: 'environmentsPerWorker',
  nsteps: 'rolloutLength',
  numenvs: 'environmentsPerWorker',
  numsteps: 'rolloutLength',
  numworkers: 'workers',
  nworkers: 'workers',
  tau: 'ddpg.targetUpdate.fraction',
  timesteps: 'stop.maxSteps',
  tmax: 'rolloutLength',
  totaltimesteps: 'stop.maxSteps',
  vfcoef: 'valueCoefficient',
};

/** A shorter prefix fits too many names. */
const minPrefixLength = 3;
/** Longer than the path of any field. */
const maxPathLength = 100;
/** One mistake is allowed for so many letters of a name. */
const lettersPerMistake = 3;

/**
 * Returns the path of the field that was probably meant by a path such as `learning_rate`; null if none is similar.
 */
export function suggestField(unknown: string, paths: readonly string[]): string | null {
  if (unknown.length > maxPathLength) return null;
  const parent = unknown.slice(0, unknown.lastIndexOf('.') + 1);
  const name = simplify(unknown.slice(parent.length));
  // Fields of the same object come first, then shorter paths.
  const candidates = listPaths(paths)
    .map((path) => ({ path, name: simplify(path.slice(path.lastIndexOf('.') + 1)) }))
    .sort((a, b) => rank(a.path, parent) - rank(b.path, parent) || a.path.length - b.path.length);
  const exact = candidates.find((one) => one.name === name || simplify(one.path) === simplify(unknown));
  if (exact) return exact.path;
  const called = Object.hasOwn(otherNames, name) ? otherNames[name] : undefined;
  const renamed = called && candidates.find(({ path }) => simplify(path) === simplify(called));
  if (renamed) return renamed.path;
  const beginning = candidates.find((one) => name.length >= minPrefixLength && one.name.startsWith(name));
  return beginning?.path ?? findNearest(name, candidates);
}

function findNearest(
  name: string,
  candidates: readonly { readonly path: string; readonly name: string }[],
): string | null {
  let nearest: string | null = null;
  let leastDistance = Math.floor(name.length / lettersPerMistake) + 1;
  for (const candidate of candidates) {
    const distance = leven(name, candidate.name);
    if (distance >= leastDistance) continue;
    nearest = candidate.path;
    leastDistance = distance;
  }
  return nearest;
}

/** Lists the fields and the objects that contain them. */
function listPaths(paths: readonly string[]): string[] {
  const all = paths.flatMap((path) => {
    const parts = path.split('.');
    return parts.map((_, index) => parts.slice(0, index + 1).join('.'));
  });
  return [...new Set(all)];
}

function rank(path: string, parent: string): number {
  return path.slice(0, path.lastIndexOf('.') + 1) === parent ? 0 : 1;
}

/** Removes differences of spelling style (case, dashes, underscores, dots). */
function simplify(name: string): string {
  return name.toLowerCase().replace(/[-_.]/g, '');
}
