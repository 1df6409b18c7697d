// Head of an experiment or a tuning: what it is called, how far it is, and what can be done with it.
import type { JobState } from '../../../src/shared/job/job-states.ts';
import { callOnly } from '../api.ts';
import { goTo } from '../router.ts';
import { isFinished } from '../state/actions.ts';
import { mayChange } from '../state/session.ts';
import { ConfirmButton } from './confirm-button.tsx';
import { ProgressBar, StateBadge } from './job-parts.tsx';
import { attempt } from './notice.ts';

interface GroupHeaderProps {
  /** `experiments/exp_…` or `tunings/tun_…`. */
  readonly path: string;
  readonly title: string;
  readonly subtitle: string;
  readonly state: JobState;
  readonly progress: number;
  readonly jobs: readonly string[];
  readonly onChange: () => void;
}

export function GroupHeader({ path, title, subtitle, state, progress, jobs, onChange }: GroupHeaderProps) {
  const cancel = (): void => {
    void attempt(async () => {
      await callOnly(`${path}/cancel`, { method: 'POST' });
      onChange();
    });
  };
  const remove = (): void => {
    void attempt(async () => {
      await callOnly(path, { method: 'DELETE' });
      goTo('/experiments');
    });
  };
  return (
    <header class="toolbar">
      <h1>{title}</h1>
      <StateBadge state={state} endedBy={null} />
      <small>{subtitle}</small>
      <ProgressBar state={state} progress={progress} estimatedFinishAt={null} />
      <span class="grow" />
      <a class="button" href={`#/compare?jobs=${jobs.slice(0, 40).join(',')}`}>
        Compare the jobs
      </a>
      {mayChange.value && !isFinished(state) && (
        <button type="button" onClick={cancel}>
          Cancel
        </button>
      )}
      {mayChange.value && isFinished(state) && (
        <ConfirmButton question={`Delete it and its ${jobs.length} jobs?`} onConfirm={remove}>
          Delete
        </ConfirmButton>
      )}
    </header>
  );
}
