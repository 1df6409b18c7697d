// Settings as a flat list of paths, `stop.maxSteps`.

export type Flat = ReadonlyMap<string, unknown>;

/** Lists and empty objects are values; other objects are walked into. */
export function flatten(settings: object, prefix = ''): Map<string, unknown> {
  const flat = new Map<string, unknown>();
  for (const [name, value] of Object.entries(settings)) {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    if (isBranch(value)) for (const [inner, leaf] of flatten(value, path)) flat.set(inner, leaf);
    else flat.set(path, value);
  }
  return flat;
}

/** The reverse of flatten. */
export function unflatten(flat: Flat): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const [path, value] of flat) {
    const names = path.split('.');
    const last = names.pop() ?? path;
    let place = settings;
    for (const name of names) {
      const next = place[name];
      const branch = isBranch(next) ? next : {};
      place[name] = branch;
      place = branch;
    }
    place[last] = value;
  }
  return settings;
}

function isBranch(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
  );
}
