// Whether a form posts one job, an experiment, or a search for settings, and what these need beside the job.
import { postingKinds, type Posting, type PostingKind } from '../state/posting.ts';

const labels: Readonly<Record<PostingKind, string>> = {
  job: 'one job',
  experiment: 'an experiment: variations of the job, each with several seeds',
  tuning: 'a search for good settings',
};

interface PostingFieldsProps {
  readonly posting: Posting;
  readonly errors: ReadonlyMap<string, string>;
  readonly onChange: (posting: Posting) => void;
}

export function PostingFields({ posting, errors, onChange }: PostingFieldsProps) {
  const { kind, seeds, variations, trials } = posting;
  return (
    <div class="fields">
      <div class="field">
        <label for="posting-kind">Start</label>
        <select
          id="posting-kind"
          value={kind}
          onChange={({ currentTarget }) =>
            onChange({ ...posting, kind: postingKinds.find((one) => one === currentTarget.value) ?? 'job' })
          }
        >
          {postingKinds.map((one) => (
            <option key={one} value={one}>
              {labels[one]}
            </option>
          ))}
        </select>
      </div>
      {kind !== 'job' && (
        <div class="field">
          <label for="posting-seeds">Seeds</label>
          <input
            id="posting-seeds"
            value={seeds}
            placeholder={kind === 'experiment' ? '5' : '3'}
            aria-describedby="posting-seeds-help"
            aria-invalid={errors.has('seeds')}
            onInput={({ currentTarget }) => onChange({ ...posting, seeds: currentTarget.value })}
          />
          <small id="posting-seeds-help">
            {kind === 'experiment'
              ? 'How many seeds each variation is trained with, or a list: [1, 2, 3]'
              : 'Training runs of each trial in the last two rungs'}
          </small>
          {errors.has('seeds') && <p class="field-error">{errors.get('seeds')}</p>}
        </div>
      )}
      {kind === 'tuning' && (
        <div class="field">
          <label for="posting-trials">Trials</label>
          <input
            id="posting-trials"
            value={trials}
            placeholder="32"
            aria-describedby="posting-trials-help"
            aria-invalid={errors.has('trials')}
            onInput={({ currentTarget }) => onChange({ ...posting, trials: currentTarget.value })}
          />
          <small id="posting-trials-help">Number of settings to try; the first are those of the preset</small>
          {errors.has('trials') && <p class="field-error">{errors.get('trials')}</p>}
        </div>
      )}
      {kind === 'experiment' && (
        <div class="field">
          <label for="posting-variations">Variations</label>
          <textarea
            id="posting-variations"
            class="mono"
            rows={3}
            spellcheck={false}
            value={variations}
            placeholder='[{}, {"optimizer": {"learningRate": 0.001}}]'
            aria-describedby="posting-variations-help"
            aria-invalid={errors.has('variations')}
            onInput={({ currentTarget }) => onChange({ ...posting, variations: currentTarget.value })}
          />
          <small id="posting-variations-help">
            A list of what is different in each variation; {'{}'} is the job itself. Empty: the job alone
          </small>
          {errors.has('variations') && <p class="field-error">{errors.get('variations')}</p>}
        </div>
      )}
    </div>
  );
}
