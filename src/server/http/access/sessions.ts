// Sessions of pages: a cookie that stands for a token, so that a browser can open streams, pictures, downloads and /docs,
// where a page cannot set a header. It is signed with the token itself: it lasts over restarts of the server, and ends
// when the token is changed.
import { createHash } from 'node:crypto';
import cookie from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AccessRules } from '../services.ts';
import type { Role } from './caller-roles.ts';

const maxAgeSeconds = 30 * 86_400;

/** Cookies do not distinguish ports, and two servers may run on one machine. */
export const sessionCookieName = ({ raw }: FastifyRequest): string =>
  `a3c_session_${raw.socket.localPort ?? 0}`;

export class Sessions {
  readonly #signers: ReadonlyMap<Role, InstanceType<typeof cookie.Signer>>;

  constructor({ token, readToken }: Pick<AccessRules, 'token' | 'readToken'>) {
    const tokens: [Role, string | null][] = [
      ['full', token],
      ['read', readToken],
    ];
    // Each role has its own token as its key: whoever may only read cannot learn anything about the other from a cookie.
    this.#signers = new Map(
      tokens.flatMap(([role, secret]) => (secret === null ? [] : [[role, createSigner(secret)] as const])),
    );
  }

  /** Returns the role of the request's cookie; null without one, or if it is forged or too old. */
  find(request: FastifyRequest): Role | null {
    const given = request.cookies[sessionCookieName(request)];
    if (given === undefined) return null;
    for (const [role, signer] of this.#signers) {
      const { valid, value } = signer.unsign(given);
      if (valid && value !== null && isCurrent(value, role)) return role;
    }
    return null;
  }

  /** Sets the cookie. Scripts cannot read it, and pages of other sites cannot use it. */
  begin(role: Role, request: FastifyRequest, reply: FastifyReply): void {
    const value = `${role}.${Math.floor(Date.now() / 1000) + maxAgeSeconds}`;
    const signed = this.#signers.get(role)?.sign(value) ?? '';
    void reply.setCookie(sessionCookieName(request), signed, {
      ...describeCookie(request),
      maxAge: maxAgeSeconds,
    });
  }

  end(request: FastifyRequest, reply: FastifyReply): void {
    void reply.clearCookie(sessionCookieName(request), describeCookie(request));
  }
}

function describeCookie({ protocol }: FastifyRequest) {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: protocol === 'https' } as const;
}

/** Another use of a token as a key could not be taken for a cookie. */
function createSigner(token: string): InstanceType<typeof cookie.Signer> {
  return new cookie.Signer(createHash('sha256').update(`session of a page\n${token}`).digest('base64'));
}

function isCurrent(value: string, role: Role): boolean {
  const [name, expiresAtSeconds] = value.split('.');
  return name === role && Number(expiresAtSeconds) * 1000 > Date.now();
}
