// `a3c complete WORDS…`: what the scripts of the shells ask when a person presses the tab key.
import { Argument } from 'commander';
import { A3CClient } from '../../client/a3c-client.ts';
import { createProgram } from '../create-program.ts';
import { listExperiments } from '../experiments/list-experiments.ts';
import { completeWords, type Candidate, type Completion } from './complete-words.ts';

/** A person waits for the answer. */
const serverLimitMs = 700;

/**
 * Returns the kind of completion in the first line, for files with the endings that they have, and a candidate with its
 * description in each further line.
 */
export async function printCompletion(words: readonly string[]): Promise<string> {
  const ignored = { setExitCode: () => undefined, stop: null };
  const program = await createProgram(ignored, (name) => words.slice(0, 2).includes(name));
  const names = program.commands.map((command) => command.name());
  const help = program.command('help').description('display help for command');
  help.addArgument(new Argument('[command]').choices(names));
  const completion = await completeWords(program, words, {
    listEnvironments,
    listJobs: async () => await ask(findUrl(words), listJobs),
    listExperiments: async () => await ask(findUrl(words), listExperimentIds),
  });
  return `${format(completion).join('\n')}\n`;
}

function format(completion: Completion): string[] {
  if (completion.kind === 'directories') return ['directories'];
  if (completion.kind === 'files') return [['files', ...completion.endings].join(' ')];
  return [
    'words',
    ...completion.candidates.map(({ value, description }) => `${value}\t${oneLine(description)}`),
  ];
}

/** Descriptions come from jobs too, whose names may have anything in them. */
function oneLine(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').slice(0, 80);
}

async function listEnvironments(): Promise<Candidate[]> {
  const { loadEnvironments } = await import('../../shared/environment-modules/load-environments.ts');
  return (await loadEnvironments([])).list().map(({ id, description }) => ({ value: id, description }));
}

/** A server that does not answer, or not soon, has no candidates: nothing may be printed between a person's words. */
async function ask(
  url: string,
  list: (client: A3CClient) => Promise<readonly Candidate[]>,
): Promise<readonly Candidate[]> {
  try {
    const signal = AbortSignal.timeout(serverLimitMs);
    return await list(new A3CClient({ url, token: process.env.A3C_TOKEN, signal }));
  } catch {
    return [];
  }
}

async function listJobs(client: A3CClient): Promise<Candidate[]> {
  const { data } = await client.listOverviews({ limit: 50 });
  return offer(data, 'the newest job');
}

async function listExperimentIds(client: A3CClient): Promise<Candidate[]> {
  return offer(await listExperiments(client), 'the newest of them');
}

interface Identified {
  readonly id: string;
  readonly name: string | null;
  readonly environment: string;
  readonly state: string;
}

function offer(items: readonly Identified[], last: string): Candidate[] {
  const candidates = items.map(({ id, name, environment, state }) => ({
    value: id,
    description: `${environment} ${state} ${name ?? ''}`.trimEnd(),
  }));
  return candidates.length === 0 ? [] : [...candidates, { value: 'last', description: last }];
}

function findUrl(words: readonly string[]): string {
  const joined = words.find((word) => word.startsWith('--url='))?.slice('--url='.length);
  const after = words[words.indexOf('--url') + 1];
  const named = words.includes('--url') ? after : joined;
  return named ?? process.env.A3C_URL ?? 'http://127.0.0.1:8080';
}
