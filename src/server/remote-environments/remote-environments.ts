// Remote environments of a server: its peers, what they have declared, and the workers that borrow their worlds.
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { EnvironmentSource } from '../../shared/environments/environment-source.ts';
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import { remotePrefix, type RemoteDeclaration } from '../../shared/environments/remote-origin.ts';
import { describeRemoteEnvironment } from '../../shared/remote-environments/remote-environment.ts';
import { InvalidJobError } from '../../shared/job/resolve-job-spec.ts';
import { flatSize } from '../../shared/spaces/space.ts';
import type { Store } from '../store/store.ts';
import { LendingServer, type LoanRequest, type OpenSession } from './lending-server.ts';
import { LinkSession } from './link-session.ts';
import {
  PeerError,
  peerErrorKinds,
  protocolVersion,
  readHello,
  type Hello,
  type PeerErrorKind,
} from './peer-messages.ts';
import { Peer, sayGoodbye } from './peer.ts';
import type { PeerData, PeerSocket } from './peer-socket.ts';
import { UnknownRemoteEnvironmentError } from './unknown-remote-environment-error.ts';
import { WorldLending } from './world-lending.ts';

export interface RemoteEnvironmentsOptions {
  /** Why jobs of this server cannot have remote environments; null: they can. */
  readonly refusal: string | null;
  readonly maxPeers: number;
  readonly log: Logger;
}

/** Parts of the store that remember what peers declared. */
export interface DeclarationMemory {
  readonly declarations: Pick<Store['declarations'], 'list' | 'write' | 'remove'>;
  readonly jobs: Pick<Store['jobs'], 'list'>;
}

export interface PeerFigures {
  /** Peers and worlds, and worlds that play for a job. */
  readonly peers: number;
  readonly worlds: number;
  readonly lentWorlds: number;
  readonly errors: ReadonlyMap<PeerErrorKind, number>;
}

/** Environment of some peers. */
interface RemoteName {
  readonly declaration: RemoteDeclaration;
  readonly peers: Set<Peer>;
  readonly lending: WorldLending;
  readonly sessions: Set<LinkSession>;
}

const helloDeadlineMs = 10_000;
export const maxHelloBytes = 65_536;
const maxNames = 1_000;
const checkIntervalMs = 250;
const probeIntervalMs = 15_000;
const unfinishedStates = ['queued', 'running', 'paused'] as const;

export class RemoteEnvironments implements EnvironmentSource {
  readonly prefix = remotePrefix;
  readonly #options: RemoteEnvironmentsOptions;
  readonly #names = new Map<string, RemoteName>();
  readonly #errors = new Map<PeerErrorKind, number>(peerErrorKinds.map((kind) => [kind, 0]));
  /** Peers with questions that are not sent. */
  readonly #asked = new Set<Peer>();
  readonly #server: LendingServer;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #greeted = new Set<PeerSocket>();
  #memory: DeclarationMemory | null = null;
  #nextPeer = 1;

  constructor(options: RemoteEnvironmentsOptions) {
    this.#options = options;
    this.#server = new LendingServer({ open: (request, write) => this.#lend(request, write) });
  }

  /** Reads what peers declared before. */
  async open(memory: DeclarationMemory): Promise<void> {
    this.#memory = memory;
    for (const { name, hello } of memory.declarations.list()) {
      try {
        this.#names.set(name, createName(readHello(hello).declaration));
      } catch (error) {
        this.#options.log.warn({ err: error, environment: name }, 'a stored declaration cannot be read');
      }
    }
    // Jobs of an earlier server may go on.
    if (this.#names.size > 0) await this.#server.listen();
    this.#timers.push(
      setInterval(() => {
        this.#check();
      }, checkIntervalMs).unref(),
      setInterval(() => {
        this.probe();
      }, probeIntervalMs).unref(),
    );
  }

  /** Ends all sessions. Call it when no master is left. */
  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#server.close();
  }

  async resolve(id: string): Promise<EnvironmentDefinition> {
    const { refusal } = this.#options;
    if (refusal !== null) throw new InvalidJobError([{ path: 'environment', message: refusal }]);
    const found = this.find(id);
    if (found === undefined) throw new UnknownRemoteEnvironmentError(id);
    await this.#server.listen();
    return this.find(id) ?? found;
  }

  find(id: string): EnvironmentDefinition | undefined {
    const name = this.#names.get(id.slice(remotePrefix.length));
    return name && this.#describe(name);
  }

  /** Lists the environments that peers have declared, with the number of peers that are connected. */
  list(): { readonly definition: EnvironmentDefinition; readonly peers: number }[] {
    return [...this.#names.values()].map((name) => ({
      definition: this.#describe(name),
      peers: name.peers.size,
    }));
  }

  readFigures(): PeerFigures {
    const counts = [...this.#names.values()].map(({ lending }) => lending.count());
    return {
      peers: this.#listPeers().length,
      worlds: counts.reduce((sum, { worlds }) => sum + worlds, 0),
      lentWorlds: counts.reduce((sum, { lent }) => sum + lent, 0),
      errors: this.#errors,
    };
  }

  /** Breaks off with idle peers that have not answered since the last call. */
  probe(): void {
    for (const peer of this.#listPeers()) peer.probe();
  }

  /** Takes a connection, which must say hello. `address` names it in the log. */
  greet(socket: PeerSocket, address: string): void {
    this.#greeted.add(socket);
    let peer: Peer | null = null;
    let isRefused = false;
    const refuse = (error: PeerError): void => {
      isRefused = true;
      clearTimeout(deadline);
      this.#count(error, { address });
      sayGoodbye(socket, error);
    };
    const deadline = setTimeout(() => {
      refuse(new PeerError('hello', `no hello within ${helloDeadlineMs / 1000} s`));
    }, helloDeadlineMs);
    socket.on('close', () => {
      clearTimeout(deadline);
      this.#greeted.delete(socket);
    });
    socket.on('error', (error) => {
      // The connection broke, or a message was too large: `close` follows.
      if ('code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH')
        this.#count(new PeerError('size', error.message), { address });
      else this.#options.log.debug({ err: error, address }, 'connection of a peer failed');
    });
    socket.on('message', (data, isBinary) => {
      if (isRefused) return;
      try {
        const message = toBuffer(data);
        if (peer !== null) peer.receive(message, isBinary);
        else {
          peer = this.#welcome({ socket, message, isBinary, address });
          clearTimeout(deadline);
        }
      } catch (error) {
        if (error instanceof PeerError) refuse(error);
        else {
          // A full disk, or a mistake of this server: neither may end it.
          this.#options.log.error({ err: error, address }, 'message of a peer failed');
          socket.close(tryLaterCode, 'the server failed to take the message; its log has the reason');
        }
      }
      this.#flush();
    });
  }

  /** Whether there are as many connections as allowed. */
  get isFull(): boolean {
    return this.#greeted.size >= this.#options.maxPeers;
  }

  #welcome({ socket, message, isBinary, address }: Greeting): Peer {
    if (isBinary) throw new PeerError('hello', 'the first message must be a hello in text');
    if (message.length > maxHelloBytes)
      throw new PeerError('size', `the hello has ${message.length} bytes, more than ${maxHelloBytes}`);
    const text = message.toString('utf8');
    const hello = readHello(text);
    const name = this.#declare(hello, text);
    const id = `p${this.#nextPeer}`;
    this.#nextPeer += 1;
    const facts = { environment: hello.declaration.name, peer: id, address, worlds: hello.worlds };
    const peer = new Peer({
      id,
      socket,
      hello,
      onGone: (gone, error) => {
        this.#part(name, gone, { error, facts });
      },
    });
    this.#options.log.info(facts, 'peer connected');
    socket.send(JSON.stringify({ type: 'welcome', protocol: protocolVersion, peer: id }));
    name.peers.add(peer);
    name.lending.add(peer.worlds);
    return peer;
  }

  /** Finds the name of a hello, or remembers it. Throws PeerError if other peers have declared something else. */
  #declare({ declaration }: Hello, text: string): RemoteName {
    const known = this.#names.get(declaration.name);
    if (known !== undefined && isDeepStrictEqual(known.declaration, declaration)) return known;
    if (known !== undefined && (known.peers.size > 0 || known.sessions.size > 0 || this.#isInUse(known)))
      throw new PeerError(
        'declaration',
        `${declaration.name} was declared differently (${findDifference(known.declaration, declaration)}), and is in use; give it a new version`,
      );
    if (known === undefined) this.#makeRoom();
    this.#memory?.declarations.write(declaration.name, text);
    const name = createName(declaration);
    this.#names.set(declaration.name, name);
    return name;
  }

  /** Forgets a name that nobody uses if there are too many. Throws PeerError if all are in use. */
  #makeRoom(): void {
    if (this.#names.size < maxNames) return;
    for (const [key, name] of this.#names) {
      if (name.peers.size > 0 || name.sessions.size > 0 || this.#isInUse(name)) continue;
      this.#memory?.declarations.remove(key);
      this.#names.delete(key);
      return;
    }
    throw new PeerError('declaration', `this server already has ${maxNames} remote environments in use`);
  }

  #isInUse({ declaration }: RemoteName): boolean {
    const environment = `${remotePrefix}${declaration.name}`;
    return unfinishedStates.some(
      (state) => (this.#memory?.jobs.list({ state, environment, limit: 1 }).length ?? 0) > 0,
    );
  }

  #part(
    name: RemoteName,
    peer: Peer,
    { error, facts }: { readonly error: PeerError | null; readonly facts: object },
  ): void {
    const sessions = new Set(
      [...name.sessions].filter(({ seats }) => seats.some(({ world }) => world?.peer === peer)),
    );
    name.peers.delete(peer);
    this.#asked.delete(peer);
    name.lending.remove(peer.worlds);
    if (error === null) this.#options.log.info(facts, 'peer disconnected');
    else {
      this.#count(error, facts);
      for (const session of sessions) session.noteFault(error);
    }
    this.#flush();
  }

  /** Opens a session for a worker. */
  #lend(request: LoanRequest, write: (frame: Buffer) => void): OpenSession | null {
    const name = this.#names.get(request.environment);
    if (name === undefined) return null;
    const session = new LinkSession({
      ...request,
      actionSize: flatSize(name.declaration.actionSpace),
      write,
      onEpisodeEnd: (seat) => {
        name.lending.noteEpisodeEnd(seat);
      },
      onAsked: (peer) => {
        this.#asked.add(peer);
      },
    });
    name.sessions.add(session);
    name.lending.open(session);
    return {
      receive: (frame) => session.receive(frame),
      flush: () => {
        this.#flush();
      },
      close: () => {
        name.sessions.delete(session);
        name.lending.close(session);
        this.#flush();
      },
    };
  }

  #flush(): void {
    for (const peer of this.#asked) peer.flush();
    this.#asked.clear();
  }

  #check(): void {
    const nowMs = performance.now();
    for (const peer of this.#listPeers()) peer.check(nowMs);
  }

  #listPeers(): Peer[] {
    return [...this.#names.values()].flatMap(({ peers }) => [...peers]);
  }

  #describe({ declaration }: RemoteName): EnvironmentDefinition {
    return describeRemoteEnvironment({ type: 'remote', declaration, ...this.#server.address });
  }

  #count({ kind, message }: PeerError, facts: object): void {
    this.#errors.set(kind, (this.#errors.get(kind) ?? 0) + 1);
    this.#options.log.warn({ ...facts, kind, problem: message }, 'peer was refused');
  }
}

interface Greeting {
  readonly socket: PeerSocket;
  readonly message: Buffer;
  readonly isBinary: boolean;
  readonly address: string;
}

/** Registered at IANA: the server cannot take it at the moment. */
const tryLaterCode = 1013;

function createName(declaration: RemoteDeclaration): RemoteName {
  return { declaration, peers: new Set(), lending: new WorldLending(), sessions: new Set() };
}

/** Names the first field in which two declarations differ. */
function findDifference(known: RemoteDeclaration, other: RemoteDeclaration): string {
  const theirs = new Map<string, unknown>(Object.entries(other));
  const found = Object.entries(known).find(([key, value]) => !isDeepStrictEqual(value, theirs.get(key)));
  return found?.[0] ?? 'fields';
}

function toBuffer(data: PeerData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
