// The frame of every view: header, navigation, and the view that the address names.
import { useEffect, useState } from 'preact/hooks';
import { notice } from './components/notice.ts';
import { ComparePage } from './pages/compare-page.tsx';
import { ExperimentPage } from './pages/experiment-page.tsx';
import { ExperimentsPage } from './pages/experiments-page.tsx';
import { JobPage } from './pages/job-page.tsx';
import { JobsPage } from './pages/jobs-page.tsx';
import { NewJobPage } from './pages/new-job-page.tsx';
import { SignInPage } from './pages/sign-in-page.tsx';
import { TuningPage } from './pages/tuning-page.tsx';
import { WatchPage } from './pages/watch-page.tsx';
import { route } from './router.ts';
import { followJobs, isLive } from './state/jobs.ts';
import { mayChange, readSession, session, signOut } from './state/session.ts';
import { theme, toggleTheme } from './state/theme.ts';

const retryMs = 2_000;

export function App() {
  const current = session.value;
  const [isUnreachable, setUnreachable] = useState(false);
  useEffect(() => {
    const read = (): void => {
      readSession().then(
        () => setUnreachable(false),
        () => {
          setUnreachable(true);
          setTimeout(read, retryMs);
        },
      );
    };
    read();
  }, []);
  const role = current?.role ?? null;
  useEffect(() => {
    if (role !== null) followJobs();
  }, [role]);

  if (isUnreachable) return <main class="message">The server does not answer. Waiting for it …</main>;
  if (current === null) return <main class="message">Loading …</main>;
  return (
    <>
      <a class="skip" href="#main" onClick={skipToMain}>
        Skip to content
      </a>
      <Header />
      <main id="main" tabIndex={-1}>
        {role === null ? <SignInPage /> : <View />}
      </main>
      <div class="notices" role="status" aria-live="polite">
        {notice.value && <p class={notice.value.isError ? 'notice error' : 'notice'}>{notice.value.text}</p>}
      </div>
    </>
  );
}

function skipToMain(event: Event): void {
  event.preventDefault();
  const main = document.querySelector('#main');
  if (main instanceof HTMLElement) main.focus();
}

function Header() {
  const role = session.value?.role ?? null;
  return (
    <header class="top">
      <a class="brand" href="#/">
        a3c-server
      </a>
      {role !== null && (
        <nav aria-label="Main">
          <a href="#/" aria-current={route.value.parts.length === 0 ? 'page' : undefined}>
            Jobs
          </a>
          <a
            href="#/experiments"
            aria-current={
              ['experiments', 'tunings'].includes(route.value.parts[0] ?? '') ? 'page' : undefined
            }
          >
            Experiments
          </a>
          {mayChange.value && (
            <a href="#/new" aria-current={route.value.parts[0] === 'new' ? 'page' : undefined}>
              New job
            </a>
          )}
          <a href="docs">API</a>
        </nav>
      )}
      <span class="grow" />
      {role !== null && !isLive.value && (
        <span class="badge warn" role="status">
          Reconnecting …
        </span>
      )}
      {role === 'read' && <span class="badge">read only</span>}
      <button
        type="button"
        class="quiet"
        onClick={toggleTheme}
        aria-label={`Switch to ${theme.value === 'dark' ? 'light' : 'dark'} colours`}
      >
        {theme.value === 'dark' ? '☀' : '☾'}
      </button>
      {session.value?.needsToken === true && role !== null && (
        <button type="button" class="quiet" onClick={() => void signOut()}>
          Sign out
        </button>
      )}
    </header>
  );
}

function View() {
  const { parts } = route.value;
  const [first, id, view] = parts;
  if (first === undefined) return <JobsPage />;
  if (first === 'new') return <NewJobPage />;
  if (first === 'compare') return <ComparePage />;
  if (first === 'experiments')
    return id === undefined ? <ExperimentsPage /> : <ExperimentPage key={id} id={id} />;
  if (first === 'tunings' && id !== undefined) return <TuningPage key={id} id={id} />;
  if (first === 'jobs' && id !== undefined && view === undefined) return <JobPage key={id} id={id} />;
  if (first === 'jobs' && id !== undefined && view === 'watch') return <WatchPage key={id} id={id} />;
  return (
    <section class="message">
      <h1>There is nothing at this address</h1>
      <p>
        <a href="#/">All jobs</a> is a good place to go on.
      </p>
    </section>
  );
}
