// Letters as lines, for texts of scenes: 5 × 7 dots each, of which neighbours are joined.
import type { Corner } from './pixel-canvas.ts';

/** Dots of the characters from the space to ~: a byte for each of five columns, its lowest bit at the top. */
const dots =
  '0000000000 00005f0000 0007000700 147f147f14 242a7f2a12 2313086462 3649562050 0005030000 ' +
  '001c224100 0041221c00 14083e0814 08083e0808 0050300000 0808080808 0060600000 2010080402 ' +
  '3e5149453e 00427f4000 4261514946 2141454b31 1814127f10 2745454539 3c4a494930 0171090503 ' +
  '3649494936 064949291e 0036360000 0056360000 0814224100 1414141414 0041221408 0201510906 ' +
  '324979413e 7e1111117e 7f49494936 3e41414122 7f4141221c 7f49494941 7f09090901 3e4149497a ' +
  '7f0808087f 00417f4100 2040413f01 7f08142241 7f40404040 7f020c027f 7f0408107f 3e4141413e ' +
  '7f09090906 3e4151215e 7f09192946 4649494931 01017f0101 3f4040403f 1f2040201f 3f4038403f ' +
  '6314081463 0708700807 6151494543 007f414100 0204081020 0041417f00 0402010204 4040404040 ' +
  '0001020400 2054545478 7f48444438 3844444420 384444487f 3854545418 087e090102 0c5252523e ' +
  '7f08040478 00447d4000 2040443d00 7f10284400 00417f4000 7c04180478 7c08040478 3844444438 ' +
  '7c14141408 081414187c 7c08040408 4854545420 043f444020 3c4040207c 1c2040201c 3c4030403c ' +
  '4428102844 0c5050503c 4464544c44 0008364100 00007f0000 0041360800 1008081008';
const characters = dots.split(' ').map((columns) => Buffer.from(columns, 'hex'));
/** What stands for a character that is not here. */
const box = Buffer.from('7f4141417f', 'hex');
const substitutes: Readonly<Record<string, string>> = { '−': '-', '–': '-', '—': '-', '…': '...', '×': 'x' };

const rows = 7;
/** Where the neighbours of a dot are that come after it. */
const neighbours: readonly Corner[] = [
  [1, 0],
  [0, 1],
  [1, 1],
  [-1, 1],
];
/** From one character to the next, in dots. */
const advance = 6;
/** A longer text would not be seen. */
const maxCharacters = 200;

export interface Lettering {
  readonly dots: readonly Corner[];
  /** Lines between two dots each. */
  readonly joins: readonly (readonly [Corner, Corner])[];
  /** Of dots and joins. */
  readonly thickness: number;
}

/** Draws a text around its middle, with capital letters of a height. */
export function drawLetters(
  text: string,
  { centre, height }: { readonly centre: Corner; readonly height: number },
): Lettering {
  const pitch = height / rows;
  const letters = Array.from(spell(text.slice(0, maxCharacters)));
  const left = centre[0] - ((letters.length * advance - 1) * pitch) / 2;
  const place = (index: number, [column, row]: Corner): Corner => [
    left + (index * advance + column + 0.5) * pitch,
    centre[1] + (row + 0.5 - rows / 2) * pitch,
  ];
  const shapes = letters.map((letter) => listDots(findColumns(letter)));
  return {
    dots: shapes.flatMap((shape, index) => shape.map((dot) => place(index, dot))),
    joins: shapes.flatMap((shape, index) =>
      joinDots(shape).map(([from, to]) => [place(index, from), place(index, to)] as const),
    ),
    thickness: pitch,
  };
}

/** Accents are left out, and control characters are blanks. */
function spell(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll(/\p{Control}/gu, ' ')
    .replaceAll(/[−–—…×]/g, (character) => substitutes[character] ?? character);
}

function findColumns(letter: string): Uint8Array {
  return characters[(letter.codePointAt(0) ?? 0) - 0x20] ?? box;
}

function listDots(columns: Uint8Array): Corner[] {
  return Array.from(columns).flatMap((column, x) =>
    Array.from({ length: rows }, (_, y) => y)
      .filter((y) => (column >> y) % 2 === 1)
      .map((y) => [x, y] as const),
  );
}

/** Joins each dot with its neighbours; aslant only where no other way leads there. */
function joinDots(shape: readonly Corner[]): (readonly [Corner, Corner])[] {
  const has = (column: number, row: number): boolean => shape.some(([x, y]) => x === column && y === row);
  return shape.flatMap(([x, y]) =>
    neighbours
      .map(([across, down]) => [x + across, y + down] as const)
      .filter(([column, row]) => has(column, row))
      .filter(([column, row]) => column === x || row === y || !(has(column, y) || has(x, row)))
      .map((neighbour) => [[x, y], neighbour] as const),
  );
}
