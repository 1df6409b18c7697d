// Controls that several views have.
import type { Axis } from '../charts/live-curve.ts';

interface CheckboxProps {
  readonly label: string;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}

export function Checkbox({ label, isChecked, onChange }: CheckboxProps) {
  return (
    <label>
      <input
        type="checkbox"
        checked={isChecked}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />{' '}
      {label}
    </label>
  );
}

const axisLabels: readonly (readonly [Axis, string])[] = [
  ['steps', 'Steps'],
  ['episodes', 'Episodes'],
  ['elapsedSeconds', 'Time'],
];

interface AxisChoiceProps {
  readonly axis: Axis;
  readonly onChange: (axis: Axis) => void;
}

/** What curves are drawn over. */
export function AxisChoice({ axis, onChange }: AxisChoiceProps) {
  return (
    <label>
      Over{' '}
      <select
        value={axis}
        onChange={({ currentTarget: { value } }) =>
          onChange(axisLabels.find(([name]) => name === value)?.[0] ?? 'steps')
        }
      >
        {axisLabels.map(([name, label]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}

export function describeAxis(axis: Axis): string {
  return axisLabels.find(([name]) => name === axis)?.[1].toLowerCase() ?? axis;
}

interface SmoothingProps {
  readonly weight: number;
  readonly isDisabled?: boolean;
  readonly onChange: (weight: number) => void;
}

export function Smoothing({ weight, isDisabled = false, onChange }: SmoothingProps) {
  return (
    <label>
      Smoothing{' '}
      <input
        type="range"
        min={0}
        max={0.99}
        step={0.01}
        value={weight}
        disabled={isDisabled}
        onInput={({ currentTarget }) => onChange(Number(currentTarget.value))}
      />
    </label>
  );
}
