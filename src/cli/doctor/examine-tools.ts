// Programs that parts of the server use, if they are there.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { find, type Finding } from './finding.ts';

const execute = promisify(execFile);

/** A version is told in a moment; a program that takes longer is not what it seems. */
const versionLimitMs = 20_000;

interface Tool {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** What it is needed for. */
  readonly use: string;
  readonly remedy: string;
}

const printGymnasium = 'import gymnasium; print("gymnasium", gymnasium.__version__)';

const tools: readonly Tool[] = [
  {
    name: 'python',
    command: 'python3',
    args: ['--version'],
    use: 'needed for a3c setup',
    remedy: 'apt install python3 python3-pip',
  },
  {
    name: 'gymnasium',
    command: 'python3',
    args: ['-c', printGymnasium],
    use: 'only to compare environments with it',
    remedy: 'python3 -m pip install gymnasium',
  },
  {
    name: 'nats',
    command: 'nats-server',
    args: ['--version'],
    use: 'not needed on one machine',
    remedy: 'apt install nats-server',
  },
];

export async function examineTools(): Promise<Finding[]> {
  return await Promise.all(tools.map(examineTool));
}

async function examineTool({ name, command, args, use, remedy }: Tool): Promise<Finding> {
  try {
    const { stdout, stderr } = await execute(command, args, { timeout: versionLimitMs });
    const [line = ''] = `${stdout}${stderr}`.trim().split('\n');
    return find(name, line);
  } catch {
    return { name, state: 'absent', detail: `not found; ${use}`, remedy };
  }
}
