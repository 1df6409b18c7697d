// Roles of callers: what a token, or the cookie of a page that was signed in with it, allows.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AccessRules } from '../services.ts';
import { WrongTokenError } from '../problems/http-errors.ts';
import { describeAddress } from './caller-address.ts';
import { FailedTokens } from './failed-tokens.ts';
import { readProtocolToken } from '../sockets/web-sockets.ts';
import { Sessions } from './sessions.ts';

/** Rights of a caller: `full` may do everything, `read` may change nothing. */
export type Role = 'full' | 'read';

export interface Caller<AnyRole = Role> {
  /** Null without a token or a session. */
  readonly role: AnyRole | null;
  /** Whether a cookie says so, which a browser also sends for pages that are not the server's own. */
  readonly isSession: boolean;
}

export class CallerRoles {
  readonly #rules: AccessRules;
  readonly #failedTokens: FailedTokens;
  readonly #sessions: Sessions;

  constructor(rules: AccessRules, maxWrongTokensPerMinute: number) {
    this.#rules = rules;
    this.#failedTokens = new FailedTokens(maxWrongTokensPerMinute);
    this.#sessions = new Sessions(rules);
  }

  /** Whether callers need a token. */
  get areNeeded(): boolean {
    return this.#rules.token !== null;
  }

  /** Throws TooManyTokensError if the caller's address has tried too many tokens. */
  find(request: FastifyRequest): Caller {
    if (!this.areNeeded) return { role: 'full', isSession: false };
    const given = readBearer(request) ?? readProtocolToken(request);
    if (given !== null) return { role: this.#checkToken(given, request), isSession: false };
    return { role: this.#sessions.find(request), isSession: true };
  }

  /**
   * Finds the role of a caller that wants to connect as a remote environment; `peer` may do nothing else. Throws
   * TooManyTokensError if the caller's address has tried too many tokens.
   */
  findPeer(request: FastifyRequest): Caller<Role | 'peer'> {
    const { peerToken } = this.#rules;
    const given = readBearer(request) ?? readProtocolToken(request);
    if (!this.areNeeded || given === null) return this.find(request);
    this.#failedTokens.requireFewFrom(describeAddress(request.ip));
    if (peerToken !== null && isEqual(given, peerToken)) return { role: 'peer', isSession: false };
    return { role: this.#checkToken(given, request), isSession: false };
  }

  /** Names those whose calls are counted together: a token, or an address without one. */
  nameCaller(role: Role | 'peer' | null, { ip }: FastifyRequest): string {
    return this.areNeeded && role !== null ? role : describeAddress(ip);
  }

  /** Begins the session of a page. Throws WrongTokenError. */
  signIn(token: string, request: FastifyRequest, reply: FastifyReply): Role {
    if (!this.areNeeded) return 'full';
    const role = this.#checkToken(token, request);
    if (role === null) throw new WrongTokenError();
    this.#sessions.begin(role, request, reply);
    return role;
  }

  signOut(request: FastifyRequest, reply: FastifyReply): void {
    this.#sessions.end(request, reply);
  }

  #checkToken(given: string, request: FastifyRequest): Role | null {
    const { token, readToken } = this.#rules;
    const address = describeAddress(request.ip);
    // Must come before the comparison, or the correct one of many guesses would get through.
    this.#failedTokens.requireFewFrom(address);
    const isFull = token !== null && isEqual(given, token);
    const isRead = readToken !== null && isEqual(given, readToken);
    if (isFull) return 'full';
    if (isRead) return 'read';
    this.#failedTokens.note(address, given);
    return null;
  }
}

function readBearer({ headers }: FastifyRequest): string | null {
  const [scheme, given] = (headers.authorization ?? '').split(' ');
  return scheme?.toLowerCase() === 'bearer' && given !== undefined ? given : null;
}

/** Compares in constant time. It compares digests, because the comparison needs equal lengths. */
function isEqual(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
