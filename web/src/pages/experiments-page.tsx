// Experiments and tunings: jobs that belong together.
import type { ExperimentOverview } from '../../../src/shared/api/experiment.ts';
import { ProgressBar, StateBadge } from '../components/job-parts.tsx';
import { formatAge } from '../format.ts';
import { isFinished } from '../state/actions.ts';
import { usePolled } from '../state/use-polled.ts';

interface Page {
  readonly data: readonly ExperimentOverview[];
}

const isOver = ({ data }: Page): boolean => data.every(({ state }) => isFinished(state));

export function ExperimentsPage() {
  const experiments = usePolled<Page>('experiments?limit=100', isOver);
  const tunings = usePolled<Page>('tunings?limit=100', isOver);
  const error = experiments.error ?? tunings.error;
  if (error !== null) return <p class="message">{error.text}</p>;
  if (experiments.value === null || tunings.value === null) return <p class="message">Reading …</p>;
  return (
    <>
      <h1>Experiments</h1>
      <p>
        An experiment trains variations of a job, each with several seeds, and says which one is the best. A
        tuning searches for good settings. <a href="#/new?kind=experiment">Start one</a>
      </p>
      <Overviews title="Experiments" address="experiments" page={experiments.value} />
      <Overviews title="Tunings" address="tunings" page={tunings.value} />
    </>
  );
}

interface OverviewsProps {
  readonly title: string;
  readonly address: string;
  readonly page: Page;
}

function Overviews({ title, address, page: { data } }: OverviewsProps) {
  if (data.length === 0) return <p>{title}: none yet.</p>;
  return (
    <div class="table" role="region" aria-label={`Table of ${title.toLowerCase()}`} tabIndex={0}>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            <th>Name</th>
            <th>State</th>
            <th>Environment</th>
            <th class="number">Jobs</th>
            <th>Progress</th>
            <th>Posted</th>
          </tr>
        </thead>
        <tbody>
          {data.map(({ id, name, state, environment, jobs, progress, createdAt }) => (
            <tr key={id}>
              <td>
                <a href={`#/${address}/${id}`}>{name ?? id}</a>
              </td>
              <td>
                <StateBadge state={state} endedBy={null} />
              </td>
              <td>{environment}</td>
              <td class="number">{jobs}</td>
              <td>
                <ProgressBar state={state} progress={progress} estimatedFinishAt={null} />
              </td>
              <td>{formatAge(createdAt, Date.now())}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
