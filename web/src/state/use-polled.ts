// An answer of the server that is read again and again until it does not change any more.
import { useEffect, useState } from 'preact/hooks';
import { call, CallError, describeError } from '../api.ts';

const refreshMs = 2_000;

export interface Polled<Answer> {
  readonly value: Answer | null;
  readonly error: { readonly text: string; readonly isMissing: boolean } | null;
  readonly refresh: () => void;
}

/** Reads `path` every two seconds until `isDone` says that the answer is the last one. */
export function usePolled<Answer>(path: string, isDone: (answer: Answer) => boolean): Polled<Answer> {
  const [value, setValue] = useState<Answer | null>(null);
  const [error, setError] = useState<Polled<Answer>['error']>(null);
  const [reads, setReads] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = (): void => {
      timer = setTimeout(read, refreshMs);
    };
    const read = (): void => {
      call<Answer>(path, { signal: abort.signal }).then(
        (answer) => {
          setValue(answer);
          setError(null);
          if (!isDone(answer)) again();
        },
        (reason: unknown) => {
          if (abort.signal.aborted) return;
          const isMissing = reason instanceof CallError && reason.problem?.status === 404;
          setError({ text: describeError(reason), isMissing });
          // A server that starts again is asked again.
          if (!isMissing) again();
        },
      );
    };
    read();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [path, reads]);
  return { value, error, refresh: () => setReads(reads + 1) };
}
