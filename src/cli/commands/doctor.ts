// a3c doctor: what works on this machine, and what to do about the rest.
import { z } from 'zod';
import { serverOptionsSchema } from '../../server/config.ts';
import { readVersion } from '../../server/version.ts';
import type { DefineCommand } from '../command-context.ts';
import { examineEngines } from '../doctor/examine-engines.ts';
import { examineMachine } from '../doctor/examine-machine.ts';
import { examineDataDirectory, examinePort } from '../doctor/examine-server.ts';
import { examineTools } from '../doctor/examine-tools.ts';
import type { Finding, FindingState } from '../doctor/finding.ts';
import { jsonFlag } from '../flags/json-flags.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';
import { formatTable } from '../format-table.ts';

const { data, host, port } = serverOptionsSchema.shape;
const doctorOptionsSchema = z.strictObject({
  data,
  host,
  port,
  ...jsonFlag,
});

const marks: Readonly<Record<FindingState, string>> = { ok: '✓', absent: '–', broken: '✗' };

export const defineDoctor: DefineCommand = (command, { setExitCode }) => {
  addSchemaFlags(command, doctorOptionsSchema);
  command.action(async () => {
    const options = readSchemaFlags(command, doctorOptionsSchema);
    const findings = [
      ...examineMachine(),
      ...(await examineEngines()),
      ...(await examineTools()),
      await examineDataDirectory(options.data),
      await examinePort(options.host, options.port),
    ];
    const isSound = findings.every(({ state }) => state !== 'broken');
    const report = { version: readVersion(), isSound, findings };
    console.log(options.json ? JSON.stringify(report, null, 2) : describe(findings, isSound));
    if (!isSound) setExitCode(1);
  });
};

function describe(findings: readonly Finding[], isSound: boolean): string {
  const table = formatTable(findings.map(({ name, state, detail }) => [marks[state], name, detail]));
  const remedies = findings.flatMap(({ name, remedy }) => (remedy === null ? [] : [[name, remedy]]));
  const verdict = isSound
    ? 'The server can run here.'
    : 'The server cannot run here until what is marked ✗ is mended.';
  const lines = ['', verdict];
  if (remedies.length > 0)
    lines.push('', 'To add what is missing:', formatTable(remedies).replaceAll(/^/gm, '  '));
  return [table, ...lines].join('\n');
}
