// One field of a job in a form.
import type { JobField } from '../state/job-fields.ts';

interface FieldProps {
  readonly field: JobField;
  readonly text: string;
  /** What is taken if the field stays empty; null: the default. */
  readonly usual: string | null;
  readonly error: string | null;
  readonly onInput: (text: string) => void;
}

export function Field({ field, text, usual, error, onInput }: FieldProps) {
  const { path, description, isNullable } = field;
  const id = `field-${path}`;
  const described = [`${id}-help`, ...(error === null ? [] : [`${id}-error`])].join(' ');
  return (
    <div class="field">
      <label for={id}>{path}</label>
      <Control {...{ field, text, usual, error, onInput, id, described }} />
      <small id={`${id}-help`}>
        {description}
        {isNullable && !description.includes('null') ? ' (or null)' : ''}
      </small>
      {error !== null && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

interface ControlProps extends FieldProps {
  readonly id: string;
  readonly described: string;
}

function Control({ field: { kind, options }, text, usual, error, onInput, id, described }: ControlProps) {
  const shared = { id, 'aria-describedby': described, 'aria-invalid': error !== null, value: text };
  const placeholder = usual ?? 'default';
  switch (kind) {
    case 'choice':
    case 'boolean':
      return (
        <select {...shared} onChange={({ currentTarget }) => onInput(currentTarget.value)}>
          <option value="">{usual === null ? 'default' : `${usual} (preset)`}</option>
          {(kind === 'boolean' ? ['true', 'false'] : options).map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      );
    case 'json':
      return (
        <textarea
          {...shared}
          class="mono"
          rows={3}
          spellcheck={false}
          placeholder={placeholder}
          onInput={({ currentTarget }) => onInput(currentTarget.value)}
        />
      );
    case 'number':
    case 'text':
      return (
        <input
          {...shared}
          inputMode={kind === 'number' ? 'decimal' : 'text'}
          placeholder={placeholder}
          onInput={({ currentTarget }) => onInput(currentTarget.value)}
        />
      );
  }
}
