// The server's log for people: a greeting with the address, and a short line for each thing that happens. Programs and
// files get JSON, as always.
import { z } from 'zod';

const recordSchema = z.looseObject({ level: z.number(), time: z.number(), msg: z.string().default('') });
const greetingSchema = z.looseObject({
  url: z.string(),
  data: z.string(),
  token: z.string().optional(),
  requeuedJobs: z.number().default(0),
});

/** Pino's levels from which a line is marked. */
const warnLevel = 40;
const errorLevel = 50;
/** Says nothing to people. */
const hiddenFields: ReadonlySet<string> = new Set(['level', 'time', 'msg', 'pid']);

export interface PeopleLogOptions {
  readonly version: string;
  readonly write: (text: string) => void;
  /** Whether the terminal shows colours. */
  readonly hasColors: boolean;
}

/** Returns a destination for pino. */
export function createPeopleLog(options: PeopleLogOptions): { write(line: string): void } {
  return {
    write: (line) => {
      options.write(formatLine(line, options));
    },
  };
}

function formatLine(line: string, options: PeopleLogOptions): string {
  const parsed: unknown = JSON.parse(line);
  const record = recordSchema.parse(parsed);
  if (record.msg === 'server listens') return greet(record, options);
  const time = new Date(record.time).toTimeString().slice(0, 8);
  const fields = Object.entries(record)
    .filter(([name]) => !hiddenFields.has(name))
    .map(([name, value]) => `${name} ${describe(name, value)}`);
  const details = fields.length === 0 ? '' : `: ${fields.join(', ')}`;
  return `${time}  ${mark(record.level, options)}${record.msg}${details}\n`;
}

function mark(level: number, { hasColors }: PeopleLogOptions): string {
  if (level < warnLevel) return '';
  const [word, color] = level < errorLevel ? ['warning', 33] : ['error', 31];
  return hasColors ? `\u001b[${color}m${word}\u001b[0m ` : `${word} `;
}

/** Texts of environments stay in quotes: they could have lines or signs for the terminal. */
function describe(name: string, value: unknown): string {
  if (name === 'err' && typeof value === 'object' && value !== null && 'message' in value)
    return JSON.stringify(value.message);
  if (typeof value === 'string' && /^[\w.:/@+-]+$/.test(value)) return value;
  return JSON.stringify(value);
}

function greet(record: z.infer<typeof recordSchema>, { version, hasColors }: PeopleLogOptions): string {
  const { url, data, token, requeuedJobs } = greetingSchema.parse(record);
  const bold = (text: string): string => (hasColors ? `\u001b[1m${text}\u001b[0m` : text);
  const authorization = token === undefined ? '' : ' -H "Authorization: Bearer $A3C_TOKEN"';
  return `
  a3c-server ${version} listens at ${bold(url)}

  Open it in a browser: start a job, and watch it learn.
  Or from another terminal:
    npx a3c jobs start CartPole-v1 --watch${url === defaultUrl ? '' : ` --url ${url}`}
    curl${authorization} -X POST ${url}/jobs -H 'Content-Type: application/json' -d '{"environment": "CartPole-v1"}'

  Data is kept in ${data}${requeuedJobs === 0 ? '' : `; ${requeuedJobs} unfinished ${requeuedJobs === 1 ? 'job goes' : 'jobs go'} on`}. Ctrl-C stops the server; its jobs go on at the next start.

`;
}

const defaultUrl = 'http://127.0.0.1:8080';
