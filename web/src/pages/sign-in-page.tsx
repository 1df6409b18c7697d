// Sign-in with a token of the server.
import { useState } from 'preact/hooks';
import { describeError } from '../api.ts';
import { signIn } from '../state/session.ts';

export function SignInPage() {
  const [token, setToken] = useState('');
  const [error, setError] = useState<string | null>(null);
  const submit = (event: Event): void => {
    event.preventDefault();
    signIn(token).catch((reason: unknown) => setError(describeError(reason)));
  };
  return (
    <form class="card narrow" onSubmit={submit}>
      <h1>Sign in</h1>
      <p>
        This server has a token. It is the value of <code>A3C_TOKEN</code> that the server was started with;{' '}
        <code>A3C_READ_TOKEN</code> lets you look and change nothing.
      </p>
      <label for="token">Token</label>
      <input
        id="token"
        type="password"
        autocomplete="current-password"
        required
        value={token}
        aria-invalid={error !== null}
        aria-describedby={error === null ? undefined : 'token-error'}
        onInput={({ currentTarget }) => setToken(currentTarget.value)}
      />
      {error !== null && (
        <p class="field-error" id="token-error" role="alert">
          {error}
        </p>
      )}
      <button type="submit" class="primary">
        Sign in
      </button>
    </form>
  );
}
