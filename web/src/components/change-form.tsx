// Settings of a job that can be changed while it trains.
import { useRef, useState } from 'preact/hooks';
import type { Job } from '../../../src/shared/job/job.ts';
import { call, CallError, describeError } from '../api.ts';
import { flatten, unflatten } from '../../../src/shared/fields/flatten.ts';

interface ChangeFormProps {
  readonly job: Job;
  readonly onDone: () => void;
}

interface ChangeableField {
  readonly path: string;
  readonly label: string;
}

const fields: readonly ChangeableField[] = [
  { path: 'name', label: 'Name' },
  { path: 'optimizer.learningRate', label: 'Learning rate' },
  { path: 'optimizer.criticLearningRate', label: 'Learning rate of the value tower (empty: the same)' },
  { path: 'entropyCoefficient', label: 'Entropy coefficient' },
  { path: 'stop.maxSteps', label: 'Steps in all (empty: no limit)' },
  { path: 'stop.targetReward', label: 'Target of the moving average (empty: none)' },
];

const general = '';

export function ChangeForm({ job, onDone }: ChangeFormProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState<ReadonlyMap<string, string>>(new Map());
  const [errors, setErrors] = useState<ReadonlyMap<string, string>>(new Map());
  const current = flatten(job.spec);
  const open = (): void => {
    setTyped(new Map());
    setErrors(new Map());
    dialog.current?.showModal();
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    const changes = new Map([...typed].map(([path, text]) => [path, readValue(path, text)]));
    call(`jobs/${job.id}`, { method: 'PATCH', body: unflatten(changes) }).then(
      () => {
        dialog.current?.close();
        onDone();
      },
      (reason: unknown) => setErrors(listErrors(reason)),
    );
  };
  return (
    <>
      <button type="button" onClick={open}>
        Change
      </button>
      <dialog ref={dialog} aria-label="Change settings">
        <form onSubmit={submit}>
          <h2>Change settings</h2>
          <p>The job trains with them from its next update on.</p>
          {fields.map(({ path, label }) => {
            const id = `change-${path}`;
            const error = errors.get(path);
            return (
              <div key={path} class="field">
                <label for={id}>{label}</label>
                <input
                  id={id}
                  value={typed.get(path) ?? describeValue(current.get(path))}
                  aria-invalid={error !== undefined}
                  aria-describedby={error === undefined ? undefined : `${id}-error`}
                  onInput={({ currentTarget }) => setTyped(new Map([...typed, [path, currentTarget.value]]))}
                />
                {error !== undefined && (
                  <p class="field-error" id={`${id}-error`}>
                    {error}
                  </p>
                )}
              </div>
            );
          })}
          {errors.has(general) && (
            <p class="field-error" role="alert">
              {errors.get(general)}
            </p>
          )}
          <p class="buttons">
            <button type="button" onClick={() => dialog.current?.close()}>
              Close
            </button>
            <button type="submit" class="primary">
              Change
            </button>
          </p>
        </form>
      </dialog>
    </>
  );
}

function describeValue(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Text that is no number is sent as it is: the server says what is wrong with it. */
function readValue(path: string, text: string): string | number | null {
  if (text.trim() === '') return null;
  const number = Number(text);
  return path === 'name' || Number.isNaN(number) ? text : number;
}

/** Errors by the path of their field; all others have an empty path. */
function listErrors(reason: unknown): ReadonlyMap<string, string> {
  const found = reason instanceof CallError ? (reason.problem?.errors ?? []) : [];
  const known = found.filter(({ path }) => fields.some((field) => field.path === path));
  if (known.length === 0) return new Map([[general, describeError(reason)]]);
  return new Map(known.map(({ path, message }) => [path, message]));
}
