// A finished job goes on with larger limits.
import { useRef, useState } from 'preact/hooks';
import type { Job } from '../../../src/shared/job/job.ts';
import { call, describeError } from '../api.ts';

interface ResumeFormProps {
  readonly job: Job;
  readonly onDone: () => void;
}

export function ResumeForm({ job, onDone }: ResumeFormProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { maxSteps, targetReward } = job.spec.stop;
  const [steps, setSteps] = useState(String(maxSteps === null ? '' : maxSteps * 2));
  const [target, setTarget] = useState(job.endedBy === 'targetReward' ? '' : String(targetReward ?? ''));
  const [error, setError] = useState<string | null>(null);
  const submit = (event: Event): void => {
    event.preventDefault();
    const stop = {
      maxSteps: steps === '' ? null : Number(steps),
      targetReward: target === '' ? null : Number(target),
    };
    call(`jobs/${job.id}/resume`, { method: 'POST', body: { stop } }).then(
      () => {
        dialog.current?.close();
        onDone();
      },
      (reason: unknown) => setError(describeError(reason)),
    );
  };
  return (
    <>
      <button type="button" onClick={() => dialog.current?.showModal()}>
        Continue
      </button>
      <dialog ref={dialog} aria-label="Continue with larger limits">
        <form onSubmit={submit}>
          <h2>Continue with larger limits</h2>
          <div class="field">
            <label for="resume-steps">Steps in all (empty: no limit)</label>
            <input
              id="resume-steps"
              inputMode="numeric"
              value={steps}
              onInput={({ currentTarget }) => setSteps(currentTarget.value)}
            />
          </div>
          <div class="field">
            <label for="resume-target">Target of the moving average (empty: none)</label>
            <input
              id="resume-target"
              inputMode="decimal"
              value={target}
              onInput={({ currentTarget }) => setTarget(currentTarget.value)}
            />
          </div>
          {error !== null && (
            <p class="field-error" role="alert">
              {error}
            </p>
          )}
          <p class="buttons">
            <button type="button" onClick={() => dialog.current?.close()}>
              Close
            </button>
            <button type="submit" class="primary">
              Continue
            </button>
          </p>
        </form>
      </dialog>
    </>
  );
}
