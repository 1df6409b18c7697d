// The settings of a job, and which of them are not those of its preset.
import { useEffect, useState } from 'preact/hooks';
import type { PresetSummary } from '../../../src/shared/api/catalogue.ts';
import type { JobSpec } from '../../../src/shared/job/job-spec.ts';
import { Checkbox } from './controls.tsx';
import { readPresets } from '../state/catalogue.ts';
import { flatten } from '../../../src/shared/fields/flatten.ts';

/** Differ from job to job, and are no tuned settings. */
const ownFields: ReadonlySet<string> = new Set(['environment', 'name', 'seed']);

export function SettingsTable({ spec }: { readonly spec: JobSpec }) {
  const [preset, setPreset] = useState<PresetSummary | null>(null);
  const [onlyChanged, setOnlyChanged] = useState(false);
  useEffect(() => {
    readPresets().then(
      (all) =>
        setPreset(
          all.find(
            ({ environment, algorithm }) => environment === spec.environment && algorithm === spec.algorithm,
          ) ?? null,
        ),
      () => undefined,
    );
  }, [spec.environment, spec.algorithm]);
  const tuned = flatten(preset?.settings ?? {});
  const rows = [...flatten(spec)].map(([path, value]) => ({
    path,
    value: describe(value),
    usual: tuned.has(path) ? describe(tuned.get(path)) : null,
  }));
  const isChanged = ({ path, value, usual }: (typeof rows)[number]): boolean =>
    usual !== null && usual !== value && !ownFields.has(path);
  const shown = onlyChanged ? rows.filter(isChanged) : rows;
  return (
    <>
      {preset !== null && (
        <Checkbox
          label="Only what differs from the preset"
          isChecked={onlyChanged}
          onChange={setOnlyChanged}
        />
      )}
      {shown.length === 0 ? (
        <p>Nothing differs from the preset.</p>
      ) : (
        <div class="table" tabIndex={0} role="region" aria-label="Table of settings">
          <table class="settings">
            <tbody>
              {shown.map((row) => (
                <tr key={row.path} class={isChanged(row) ? 'changed' : undefined}>
                  <td>{row.path}</td>
                  <td class="mono">
                    {row.value}
                    {isChanged(row) && <small> (preset: {row.usual})</small>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function describe(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)} …` : text;
}
