// All jobs: found, sorted, and paused, resumed, cancelled, deleted or compared, several at once.
import { useCallback, useMemo, useState } from 'preact/hooks';
import type { JobOverview } from '../../../src/shared/api/server-status.ts';
import { jobStates } from '../../../src/shared/job/job-states.ts';
import { ConfirmButton } from '../components/confirm-button.tsx';
import { ProgressBar, StateBadge, titleOf } from '../components/job-parts.tsx';
import { attempt, say } from '../components/notice.ts';
import { Sparkline } from '../components/sparkline.tsx';
import { formatAge, formatCount, formatNumber } from '../format.ts';
import { goTo } from '../router.ts';
import { act, isAllowed, type JobAction } from '../state/actions.ts';
import { hasJobs, jobs } from '../state/jobs.ts';
import { mayChange } from '../state/session.ts';

const firstRows = 100;

type SortKey = 'createdAt' | 'movingAverageReward' | 'bestReward' | 'stepsPerSecond' | 'steps' | 'progress';

interface Sorting {
  readonly key: SortKey;
  readonly isAscending: boolean;
}

interface Filter {
  readonly text: string;
  readonly state: string;
  readonly environment: string;
}

const noFilter: Filter = { text: '', state: '', environment: '' };

export function JobsPage() {
  const [filter, setFilter] = useState(noFilter);
  const [sorting, setSorting] = useState<Sorting>({ key: 'createdAt', isAscending: false });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [maxRows, setMaxRows] = useState(firstRows);
  const all = jobs.value;
  const shown = useMemo(
    () =>
      sort(
        all.filter((job) => isMatch(job, filter)),
        sorting,
      ),
    [all, filter, sorting],
  );
  const chosen = all.filter(({ id }) => selected.has(id));
  const select = useCallback((id: string, isSelected: boolean): void => {
    setSelected((before) => {
      const next = new Set(before);
      if (isSelected) next.add(id);
      else next.delete(id);
      return next;
    });
  }, []);

  if (!hasJobs.value) return <p class="message">Reading the jobs …</p>;
  if (all.length === 0) return <Welcome />;
  return (
    <section aria-labelledby="jobs-title">
      <div class="toolbar">
        <h1 id="jobs-title">Jobs</h1>
        <FilterFields filter={filter} onChange={setFilter} all={all} />
        <span class="grow" />
        <small role="status">
          {shown.length === all.length ? `${all.length} jobs` : `${shown.length} of ${all.length} jobs`}
        </small>
      </div>
      {chosen.length > 0 && <SelectionBar chosen={chosen} onDone={() => setSelected(new Set())} />}
      <div class="table" role="region" aria-label="List of jobs" tabIndex={0}>
        <table class="jobs">
          <thead>
            <tr>
              <th>
                <input
                  type="checkbox"
                  aria-label="Select all that are shown"
                  checked={chosen.length > 0 && chosen.length === shown.length}
                  onChange={({ currentTarget }) =>
                    setSelected(new Set(currentTarget.checked ? shown.map(({ id }) => id) : []))
                  }
                />
              </th>
              <th>Job</th>
              <th>State</th>
              <SortHeader label="Moving average" name="movingAverageReward" {...{ sorting, setSorting }} />
              <SortHeader label="Best" name="bestReward" {...{ sorting, setSorting }} />
              <SortHeader label="Progress" name="progress" {...{ sorting, setSorting }} />
              <SortHeader label="Steps" name="steps" {...{ sorting, setSorting }} />
              <SortHeader label="Steps/s" name="stepsPerSecond" {...{ sorting, setSorting }} />
              <SortHeader label="Posted" name="createdAt" {...{ sorting, setSorting }} />
            </tr>
          </thead>
          <tbody>
            {shown.slice(0, maxRows).map((job) => (
              <JobRow key={job.id} job={job} isSelected={selected.has(job.id)} onSelect={select} />
            ))}
          </tbody>
        </table>
      </div>
      {shown.length === 0 && (
        <p class="message">
          No job matches. <button onClick={() => setFilter(noFilter)}>Show all</button>
        </p>
      )}
      {shown.length > maxRows && (
        <button type="button" class="more" onClick={() => setMaxRows(maxRows + 500)}>
          Show {Math.min(500, shown.length - maxRows)} more
        </button>
      )}
    </section>
  );
}

function Welcome() {
  return (
    <section class="message">
      <h1>No jobs yet</h1>
      <p>Post one, and watch it learn: CartPole is solved within seconds.</p>
      {mayChange.value && (
        <a class="button primary" href="#/new">
          New job
        </a>
      )}
    </section>
  );
}

interface FilterFieldsProps {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
  readonly all: readonly JobOverview[];
}

function FilterFields({ filter, onChange, all }: FilterFieldsProps) {
  const environments = [...new Set(all.map(({ environment }) => environment))].sort();
  return (
    <div class="filters" role="search">
      <input
        type="search"
        placeholder="Name, environment or id"
        aria-label="Search jobs"
        value={filter.text}
        onInput={({ currentTarget }) => onChange({ ...filter, text: currentTarget.value })}
      />
      <Choice
        label="State"
        value={filter.state}
        options={jobStates}
        onChange={(state) => onChange({ ...filter, state })}
      />
      <Choice
        label="Environment"
        value={filter.environment}
        options={environments}
        onChange={(environment) => onChange({ ...filter, environment })}
      />
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly onChange: (value: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <select aria-label={label} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
      <option value="">{label}: any</option>
      {options.map((option) => (
        <option key={option}>{option}</option>
      ))}
    </select>
  );
}

interface SelectionBarProps {
  readonly chosen: readonly JobOverview[];
  readonly onDone: () => void;
}

function SelectionBar({ chosen, onDone }: SelectionBarProps) {
  const actOnAll = async (action: JobAction): Promise<void> => {
    const targets = chosen.filter(({ state }) => isAllowed(action, state));
    const results = await Promise.all(
      targets.map(async ({ id }) => await attempt(async () => await act(action, id))),
    );
    const done = results.filter(Boolean).length;
    if (done > 0) say(`${action}: ${done} of ${chosen.length} jobs`);
    onDone();
  };
  const count = (action: JobAction): number => chosen.filter(({ state }) => isAllowed(action, state)).length;
  return (
    <div class="selection" role="toolbar" aria-label="Selected jobs">
      <strong>{chosen.length} selected</strong>
      <button
        type="button"
        disabled={chosen.length < 2}
        onClick={() => goTo(`/compare?jobs=${chosen.map(({ id }) => id).join(',')}`)}
      >
        Compare
      </button>
      {mayChange.value && (
        <>
          {(['pause', 'resume', 'cancel'] as const).map((action) => (
            <button
              key={action}
              type="button"
              disabled={count(action) === 0}
              onClick={() => void actOnAll(action)}
            >
              {action[0]?.toUpperCase()}
              {action.slice(1)}
            </button>
          ))}
          <ConfirmButton
            isDisabled={count('delete') === 0}
            question={`Delete ${count('delete')} jobs and their models?`}
            onConfirm={() => void actOnAll('delete')}
          >
            Delete
          </ConfirmButton>
        </>
      )}
      <button type="button" class="quiet" onClick={onDone}>
        Clear selection
      </button>
    </div>
  );
}

interface SortHeaderProps {
  readonly label: string;
  readonly name: SortKey;
  readonly sorting: Sorting;
  readonly setSorting: (sorting: Sorting) => void;
}

function SortHeader({ label, name, sorting, setSorting }: SortHeaderProps) {
  const isCurrent = sorting.key === name;
  const isAscending = isCurrent && sorting.isAscending;
  return (
    <th class="number" aria-sort={isCurrent ? (isAscending ? 'ascending' : 'descending') : 'none'}>
      <button
        type="button"
        class="sort"
        onClick={() => setSorting({ key: name, isAscending: isCurrent && !sorting.isAscending })}
      >
        {label} <span aria-hidden="true">{isCurrent ? (isAscending ? '▲' : '▼') : ''}</span>
      </button>
    </th>
  );
}

interface JobRowProps {
  readonly job: JobOverview;
  readonly isSelected: boolean;
  readonly onSelect: (id: string, isSelected: boolean) => void;
}

/** Most jobs of a list do not change, so their rows are made again only when their age is another minute. */
function JobRow({ job, isSelected, onSelect }: JobRowProps) {
  const minute = Math.floor(Date.now() / 60_000);
  return useMemo(() => createRow({ job, isSelected, onSelect }), [job, isSelected, onSelect, minute]);
}

function createRow({ job, isSelected, onSelect }: JobRowProps) {
  const title = titleOf(job);
  return (
    <tr class={isSelected ? 'selected' : undefined}>
      <td>
        <input
          type="checkbox"
          aria-label={`Select ${title}`}
          checked={isSelected}
          onChange={({ currentTarget }) => onSelect(job.id, currentTarget.checked)}
        />
      </td>
      <td>
        <a href={`#/jobs/${job.id}`}>{title}</a>
        <br />
        <small>
          {job.name === null ? '' : `${job.environment} · `}
          {job.algorithm}
          {job.workers === undefined ? '' : ` · ${job.workers} ${job.workers === 1 ? 'worker' : 'workers'}`}
          {job.warnings.length > 0 && (
            <span class="badge warn" title={job.warnings.map(({ message }) => message).join('\n')}>
              {job.warnings.length === 1 ? 'warning' : `${job.warnings.length} warnings`}
            </span>
          )}
        </small>
      </td>
      <td title={job.stateReason ?? undefined}>
        <StateBadge {...job} />
      </td>
      <td class="number">
        <Sparkline job={job} /> <span class="beside-curve">{formatNumber(job.movingAverageReward)}</span>
      </td>
      <td class="number">{formatNumber(job.bestReward)}</td>
      <td class="number">
        <ProgressBar {...job} />
      </td>
      <td class="number">{formatCount(job.steps)}</td>
      <td class="number">{job.stepsPerSecond > 0 ? formatCount(job.stepsPerSecond) : ''}</td>
      <td class="number">{job.createdAt === undefined ? '' : formatAge(job.createdAt, Date.now())}</td>
    </tr>
  );
}

function isMatch(job: JobOverview, { text, state, environment }: Filter): boolean {
  if (state !== '' && job.state !== state) return false;
  if (environment !== '' && job.environment !== environment) return false;
  const searched = `${job.name ?? ''} ${job.environment} ${job.algorithm} ${job.id}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => searched.includes(word));
}

function sort(list: readonly JobOverview[], { key, isAscending }: Sorting): JobOverview[] {
  const sign = isAscending ? 1 : -1;
  return [...list].sort((a, b) => sign * compare(a[key] ?? null, b[key] ?? null));
}

/** Unknown numbers are the smallest. */
function compare(a: number | string | null, b: number | string | null): number {
  if (typeof a === 'string' && typeof b === 'string') return a.localeCompare(b);
  const [left, right] = [a, b].map((value) => (typeof value === 'number' ? value : -Infinity));
  return left === right ? 0 : (left ?? 0) < (right ?? 0) ? -1 : 1;
}
