// Log of a program that runs until it is stopped: for people in a terminal, and as JSON elsewhere.
import { pino, type Logger } from 'pino';
import { takeStandardOutput } from '../standard-output.ts';
import { createPeopleLog } from './people-log.ts';

/** Takes standard output for the log: what environments print must not look like a line of it. */
export function openProgramLog(version: string): Logger {
  const stdout = takeStandardOutput();
  const people = stdout.isTTY
    ? createPeopleLog({ version, write: (text) => stdout.write(text), hasColors: stdout.hasColors() })
    : undefined;
  return pino({ base: null }, people ?? stdout);
}
