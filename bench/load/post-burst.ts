// Burst of jobs posted at the same moment, each over its own connection, by autocannon.
import autocannon from 'autocannon';

export interface PostBurst {
  /** Answers 202. */
  readonly acknowledged: number;
  readonly totalMilliseconds: number;
  /** Milliseconds until each answer. */
  readonly latencies: readonly number[];
}

export async function postBurst(url: string, count: number): Promise<PostBurst> {
  const latencies: number[] = [];
  let acknowledged = 0;
  const startedAt = performance.now();
  let lastAnswerAt = startedAt;
  const instance = autocannon({
    url: `${url}/jobs`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ environment: 'CartPole-v1' }),
    connections: count,
    amount: count,
  });
  instance.on('response', (...[, status, , milliseconds]) => {
    lastAnswerAt = performance.now();
    latencies.push(milliseconds);
    if (status === 202) acknowledged += 1;
  });
  await instance;
  return { acknowledged, totalMilliseconds: lastAnswerAt - startedAt, latencies };
}
