// Who the page is for the server: with a token, it has to be signed in.
import { computed, signal } from '@preact/signals';
import { call, callOnly } from '../api.ts';

export interface Session {
  /** Null: signed out. */
  readonly role: 'full' | 'read' | null;
  readonly needsToken: boolean;
}

/** Null until the server has said it. */
export const session = signal<Session | null>(null);
export const mayChange = computed(() => session.value?.role === 'full');

/** Throws CallError. */
export async function readSession(): Promise<void> {
  session.value = await call<Session>('session');
}

/** Throws CallError if the token is wrong. */
export async function signIn(token: string): Promise<void> {
  session.value = await call<Session>('session', { method: 'POST', body: { token } });
}

export async function signOut(): Promise<void> {
  await callOnly('session', { method: 'DELETE' });
  await readSession();
}
