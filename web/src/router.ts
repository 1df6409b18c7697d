// Addresses of views: the part behind #, which the server never sees.
import { signal } from '@preact/signals';

export interface Route {
  /** Path split at /, for example ['jobs', 'job_…', 'watch']. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

function readRoute(): Route {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?', 2);
  return {
    parts: path
      .split('/')
      .filter((part) => part !== '')
      .map(decode),
    query: new URLSearchParams(query),
  };
}

/** An address that somebody has typed may be anything. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const route = signal(readRoute());

addEventListener('hashchange', () => {
  route.value = readRoute();
});

export function goTo(address: string): void {
  location.hash = address;
}
