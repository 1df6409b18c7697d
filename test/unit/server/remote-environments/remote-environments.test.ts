// Peers of a server without sockets: full disks, many names, dead connections.
import { EventEmitter } from 'node:events';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { PeerSocket } from '../../../../src/server/remote-environments/peer-socket.ts';
import {
  RemoteEnvironments,
  type DeclarationMemory,
} from '../../../../src/server/remote-environments/remote-environments.ts';
import { StorageUnavailableError } from '../../../../src/server/store/storage-unavailable-error.ts';
import { openTemporaryStore } from '../../../fixtures/temporary-store.ts';

/** Remembers what it was told. */
class TestSocket extends EventEmitter implements PeerSocket {
  readonly OPEN = 1;
  readyState = 1;
  readonly sent: string[] = [];
  pings = 0;
  closedWith: number | null = null;
  isTerminated = false;

  send(data: string | Buffer): void {
    this.sent.push(data.toString());
  }

  ping(): void {
    this.pings += 1;
  }

  close(code: number): void {
    this.closedWith = code;
    this.readyState = 3;
    this.emit('close');
  }

  terminate(): void {
    this.isTerminated = true;
    this.readyState = 3;
    this.emit('close');
  }

  say(message: object): void {
    this.emit('message', Buffer.from(JSON.stringify(message)), false);
  }
}

function describeHello(environment: string): object {
  return {
    type: 'hello',
    protocol: 1,
    environment,
    observationSpace: { type: 'box', shape: [1] },
    actionSpace: { type: 'discrete', n: 2 },
  };
}

async function open(memory: DeclarationMemory): Promise<RemoteEnvironments> {
  const environments = new RemoteEnvironments({
    refusal: null,
    maxPeers: 5_000,
    log: pino({ level: 'silent' }),
  });
  await environments.open(memory);
  return environments;
}

function greet(environments: RemoteEnvironments, name: string): TestSocket {
  const socket = new TestSocket();
  environments.greet(socket, 'here');
  socket.say(describeHello(name));
  return socket;
}

describe('remote environments', () => {
  it('ask a peer to come again if its declaration cannot be stored', async () => {
    const store = openTemporaryStore();
    const write = (): never => {
      throw new StorageUnavailableError('the disk is full');
    };
    const environments = await open({
      jobs: store.jobs,
      declarations: { write, list: () => [], remove: () => undefined },
    });
    expect(greet(environments, 'Game-v1').closedWith).toBe(1013);
    expect(environments.list()).toEqual([]);
    environments.close();
  });

  it('forget a name that nobody uses when there are too many', async () => {
    const store = openTemporaryStore();
    const environments = await open(store);
    const idle = greet(environments, 'Idle-v1');
    for (let name = 1; name < 1_000; name += 1) greet(environments, `Game${name}-v1`);
    const refused = greet(environments, 'Late-v1');
    expect(refused.closedWith).toBe(4001);
    expect(refused.sent.at(-1)).toContain('1000 remote environments in use');
    idle.terminate();
    expect(greet(environments, 'Late-v1').closedWith).toBeNull();
    expect(environments.list()).toHaveLength(1_000);
    expect(environments.find('remote:Idle-v1')).toBeUndefined();
    expect(store.declarations.list().map(({ name }) => name)).not.toContain('Idle-v1');
    environments.close();
  });

  it('break off with a peer that breaks off without a word', async () => {
    const store = openTemporaryStore();
    const environments = await open(store);
    const [living, dead] = [greet(environments, 'Game-v1'), greet(environments, 'Game-v1')];
    environments.probe();
    living.emit('pong');
    environments.probe();
    expect([living.isTerminated, living.pings, dead.isTerminated]).toEqual([false, 2, true]);
    expect(environments.readFigures()).toMatchObject({ peers: 1, worlds: 1, lentWorlds: 0 });
    environments.close();
  });
});
