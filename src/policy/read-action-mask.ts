// Copy of an action mask into a flat row, with checks.
import { describeValue } from '../shared/environments/custom/environment-errors.ts';
import { isList } from '../shared/environments/custom/read-observation.ts';

/**
 * Writes 1 for each allowed and 0 for each forbidden action into `target`; `alternatives` is the number of actions of
 * each choice. Returns null, or what is wrong with the mask.
 */
export function readActionMask(
  mask: unknown,
  alternatives: readonly number[],
  target: Float32Array,
): string | null {
  if (!isList(mask) || mask.length !== target.length) {
    const found = isList(mask)
      ? `an action mask of ${mask.length} elements`
      : `${describeValue(mask)} as action mask`;
    const expected = alternatives.length === 1 ? '' : ` (${alternatives.join(' + ')})`;
    return `${found}; expected ${target.length}${expected} elements, 1 or true for each allowed action`;
  }
  for (let index = 0; index < target.length; index += 1) {
    const element = mask[index];
    if (element !== 0 && element !== 1 && typeof element !== 'boolean')
      return `an action mask whose element ${index} is ${describeValue(element)}; expected 0, 1, false or true`;
    target[index] = Number(element);
  }
  let offset = 0;
  for (let choice = 0; choice < alternatives.length; choice += 1) {
    const end = offset + (alternatives[choice] ?? 0);
    const firstAllowed = target.indexOf(1, offset);
    if (firstAllowed < offset || firstAllowed >= end) {
      const which =
        alternatives.length === 1 ? '' : ` of choice ${choice} (elements ${offset} to ${end - 1})`;
      return `an action mask that forbids every action${which}; if no action is possible, end the episode`;
    }
    offset = end;
  }
  return null;
}
