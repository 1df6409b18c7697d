// Generator of hostile JSON, as values and as text.
import fc from 'fast-check';

export const hostileNumbers: readonly number[] = [
  0,
  -0,
  -1,
  0.1,
  5e-324,
  1e-7,
  1e308,
  -1e308,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  1e12,
  1e15,
];

/** Numbers that JSON.parse takes and no field wants; JSON has no way to say NaN. */
export const hostileNumberTexts = ['1e999', '-1e999', '-0', '1e-999', '9'.repeat(400), '0.1e1'];

export const hostileTexts: readonly string[] = [
  '',
  ' ',
  'NaN',
  'Infinity',
  '-Infinity',
  'null',
  'true',
  '1e999',
  '0x10',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '\0',
  '\uD800',
  '\u202E\u0000\uFFFF',
  '👩‍👩‍👧‍👦'.repeat(20),
  'é'.repeat(200),
  '../../../etc/passwd',
  '..%2f..%2f',
  '<script>alert(1)</script>',
  ']]><!--',
  "' OR 1=1; DROP TABLE jobs; --",
  '$' + '{process.exit()}',
  '%s%n%x',
  'x'.repeat(5000),
];

export const hostileText = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 20 }),
);

const hostileKey = fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ maxLength: 10 }));

/** Any value JSON can hold. Keys such as `__proto__` are keys of their own here, as JSON.parse makes them. */
export const hostileValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom<unknown>(null, true, false, [], {}),
    fc.constantFrom(...hostileNumbers),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    hostileText,
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(hostileKey, tie('value')), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value;

/** Arrays or objects within each other, so deep that whoever descends by recursion may run out of stack. */
const deepText = fc
  .tuple(fc.constantFrom(1, 10, 31, 32, 33, 100, 1_000, 20_000), fc.boolean())
  .map(([depth, isArray]) =>
    isArray ? '['.repeat(depth) + ']'.repeat(depth) : '{"a":'.repeat(depth) + '1' + '}'.repeat(depth),
  );

/** Text that is JSON, nearly JSON, or not at all. */
export const hostileJsonText: fc.Arbitrary<string> = fc.oneof(
  hostileValue.map((value) => JSON.stringify(value)),
  deepText,
  fc.constantFrom(...hostileNumberTexts),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"a":1,"a":2}',
    '{"environment":"CartPole-v1"',
    '\uFEFF{}',
    '{"environment":"CartPole-v1","metadata":{"__proto__":1}}',
  ),
);
