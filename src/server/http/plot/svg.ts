// SVG as text. Content from outside passes through `text` or an attribute, and both escape it.

type Attributes = Readonly<Record<string, string | number>>;
type Position = readonly [x: number, y: number];

/** Creates an element; the children are already markup. */
export function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(format(value))}"`);
  const head = `${name}${written.join('')}`;
  return children.length === 0 ? `<${head}/>` : `<${head}>${children.join('')}</${name}>`;
}

export function group(attributes: Attributes, children: readonly string[]): string {
  return children.length === 0 ? '' : element('g', attributes, children);
}

export function drawLine([x1, y1]: Position, [x2, y2]: Position, attributes: Attributes): string {
  return element('line', { x1, y1, x2, y2, ...attributes });
}

export function circle(cx: number, cy: number, r: number): string {
  return element('circle', { cx, cy, r });
}

/** Escapes text content. */
export function text(content: string): string {
  return escape(content);
}

function format(value: string | number): string {
  return typeof value === 'number' ? String(Number(value.toFixed(2))) : value;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** XML does not allow control characters and lone surrogates, not even escaped. */
const forbidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu;

function escape(content: string): string {
  return content.replace(forbidden, '\uFFFD').replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
