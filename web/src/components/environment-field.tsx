// The environment of a job in a form: one that the server lists, or any other id.
import { useState } from 'preact/hooks';
import type { EnvironmentSummary } from '../../../src/shared/api/catalogue.ts';

interface EnvironmentFieldProps {
  readonly id: string;
  readonly environments: readonly EnvironmentSummary[];
  /** Ids that the server does not list, but has presets for. */
  readonly others: readonly string[];
  readonly error: string | null;
  readonly onChange: (id: string) => void;
}

/** What no environment can be called. */
const another = '';

export function EnvironmentField({ id, environments, others, error, onChange }: EnvironmentFieldProps) {
  const described = environments.find((environment) => environment.id === id);
  const isListed = described !== undefined || others.includes(id);
  const [isTyped, setTyped] = useState(!isListed);
  return (
    <div class="field">
      <label for="environment">Environment</label>
      <select
        id="environment"
        value={isTyped ? another : id}
        onChange={({ currentTarget }) => {
          setTyped(currentTarget.value === another);
          onChange(currentTarget.value);
        }}
      >
        {environments.map((environment) => (
          <option key={environment.id}>{environment.id}</option>
        ))}
        {others.map((other) => (
          <option key={other}>{other}</option>
        ))}
        <option value={another}>another one …</option>
      </select>
      {isTyped ? (
        <TypedId id={id} error={error} onChange={onChange} />
      ) : (
        <small>{described?.description}</small>
      )}
      {error !== null && (
        <p class="field-error" id="environment-error">
          {error}
        </p>
      )}
    </div>
  );
}

function TypedId({ id, error, onChange }: Pick<EnvironmentFieldProps, 'id' | 'error' | 'onChange'>) {
  return (
    <>
      <input
        id="environment-id"
        aria-label="Id of the environment"
        aria-describedby={error === null ? 'environment-help' : 'environment-help environment-error'}
        aria-invalid={error !== null}
        spellcheck={false}
        value={id}
        placeholder="gymnasium:LunarLander-v3"
        onInput={({ currentTarget }) => onChange(currentTarget.value.trim())}
      />
      <small id="environment-help">
        gymnasium: and the id of one of Gymnasium’s, remote: and the name of a program that connects, or one
        of the list with settings, such as MemoryChain-v0?length=5
      </small>
    </>
  );
}
