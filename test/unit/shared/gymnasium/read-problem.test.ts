import { expect, it } from 'vitest';
import { readProblem } from '../../../../src/shared/gymnasium/read-problem.ts';

const asked = { id: 'gymnasium:World-v0', python: 'python3' };

it.each([
  [{ problem: 'gymnasium' }, 'GYMNASIUM_MISSING', 'python3 -m pip install gymnasium'],
  [{ problem: 'extra', extra: '"gymnasium[box2d]"' }, 'GYMNASIUM_MISSING', 'pip install "gymnasium[box2d]"'],
  [
    { problem: 'unknown', suggestions: ['World-v1'] },
    'UNKNOWN_ENVIRONMENT',
    'did you mean gymnasium:World-v1?',
  ],
  [
    { problem: 'space', role: 'action', kind: 'Tuple', space: 'Tuple()' },
    'UNSUPPORTED_SPACE',
    'action space Tuple, which is not supported: Tuple()',
  ],
  [{ problem: 'failed', message: 'OSError: no display' }, 'GYMNASIUM_FAILED', 'OSError: no display'],
  [{ problem: 'something new' }, 'GYMNASIUM_FAILED', 'cannot be opened'],
])('reads %j', (answer, code, message) => {
  const problem = readProblem(answer, asked);
  expect(problem).toMatchObject({ code });
  expect(problem instanceof Error && problem.message).toContain(message);
});

it('reads what Python raised, and no problem where there is none', () => {
  const problem = readProblem({ problem: 'raised', name: 'ValueError', message: 'too hot' }, asked);
  expect(problem).toMatchObject({ raised: { name: 'ValueError', message: 'too hot' } });
  for (const answer of [{ version: '1.3.0' }, null, 'text']) expect(readProblem(answer, asked)).toBeNull();
});
