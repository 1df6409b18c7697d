// Session of a worker: how many mistakes of peers its job survives.
import { expect, it } from 'vitest';
import { LinkSession } from '../../../../src/server/remote-environments/link-session.ts';
import { PeerError } from '../../../../src/server/remote-environments/peer-messages.ts';
import { FAILURE, FrameReader, readJson } from '../../../../src/shared/remote-environments/link-frames.ts';

it('fails after ten mistakes in a row, and a step between them forgives those before', () => {
  const failures: unknown[] = [];
  const reader = new FrameReader(100_000, (frame) => {
    if (frame.kind === FAILURE) failures.push(readJson(frame));
  });
  const session = new LinkSession({
    environment: 'Game-v1',
    purpose: 'training',
    seats: 1,
    timeoutSeconds: 1,
    actionSize: 1,
    write: (frame) => {
      reader.push(frame);
    },
    onEpisodeEnd: () => undefined,
    onAsked: () => undefined,
  });
  const fail = (times: number): void => {
    for (let time = 1; time <= times; time += 1)
      session.noteFault(new PeerError('number', `mistake ${time}`));
  };
  fail(9);
  session.noteStep();
  fail(9);
  expect(failures).toEqual([]);
  fail(1);
  expect(failures).toEqual([
    'Game-v1: 10 peers in a row were disconnected without a step; the last one: mistake 1',
  ]);
});
