// Settings of a run as TensorBoard shows them: a table in Markdown, and values that runs are compared by.
import { flatten } from '../../fields/flatten.ts';
import type { JobSpec } from '../../job/job-spec.ts';

export type SettingValue = number | string | boolean;

/** A topology may have hundreds of kilobytes. */
const maxCharacters = 1_000;

/** Every setting that has a value, by its path; lists as JSON. */
export function listSettings(spec: JobSpec): Map<string, SettingValue> {
  const settings = new Map<string, SettingValue>();
  for (const [path, value] of flattenShown(spec)) {
    if (value === null || value === undefined) continue;
    const isPlain = typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string';
    settings.set(path, cut(isPlain ? value : JSON.stringify(value)));
  }
  return settings;
}

/** Every setting as a row of a table. Names and metadata are text that clients chose. */
export function describeSettings(spec: JobSpec): string {
  const rows = [...flattenShown(spec)].map(
    ([path, value]) => `| ${escapeMarkdown(path)} | ${escapeMarkdown(cut(JSON.stringify(value)))} |`,
  );
  return ['| setting | value |', '| --- | --- |', ...rows].join('\n');
}

/** The address of a webhook often contains a key. */
function flattenShown({ webhook: _webhook, ...spec }: JobSpec): Map<string, unknown> {
  return flatten(spec);
}

function cut<Value extends SettingValue>(value: Value): Value | string {
  if (typeof value !== 'string' || value.length <= maxCharacters) return value;
  return `${value.slice(0, maxCharacters)} …`;
}

function escapeMarkdown(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/\s/g, ' ')
    .replaceAll(/[\\`*_{}[\]()#+\-.!|]/g, String.raw`\$&`);
}
