import { describe, expect, it } from 'vitest';
import { completeWords, type WordSources } from '../../../src/cli/completion/complete-words.ts';
import { createProgram } from '../../../src/cli/create-program.ts';

const program = await createProgram({ setExitCode: () => undefined, stop: null }, () => true);
const sources: WordSources = {
  listEnvironments: async () => [{ value: 'CartPole-v1', description: 'A pole' }],
  listJobs: async () => [
    { value: 'job_4f2a', description: '' },
    { value: 'job_91bc', description: '' },
  ],
  listExperiments: async () => [
    { value: 'exp_7d0e', description: '' },
    { value: 'tun_3c1a', description: '' },
  ],
};

/** What is offered; the last word is being completed. */
async function complete(...words: string[]): Promise<readonly string[] | string> {
  const completion = await completeWords(program, words, sources);
  if (completion.kind === 'directories') return 'directories';
  if (completion.kind === 'files') return ['files', ...completion.endings].join(' ');
  return completion.candidates.map(({ value }) => value);
}

describe('the end of a command line', () => {
  it.each([
    [['tr'], ['train', 'trainer']],
    [['jobs', 'w'], ['watch']],
    [['train', 'Cart'], ['CartPole-v1']],
    [['train', './'], 'files'],
    [['train', '--algorithm', 'p'], ['ppo']],
    [['train', '--algorithm=p'], ['--algorithm=ppo']],
    [['train', '--algorithm', '=', 'p'], ['ppo']],
    [['train', '--optimizer.criticLearn'], []],
    [['train', '--optimizer.critic-l'], ['--optimizer.critic-learning-rate']],
    [['train', '--network.shared', 't'], ['true']],
    [['train', '--stop.max-steps', ''], []],
    [['train', '--json', 'Cart'], ['CartPole-v1']],
    [['train', '--json', 'true', 'Cart'], ['CartPole-v1']],
    [['train', '--config', ''], 'files'],
    [['train', '--resume=m'], 'directories'],
    [['train', '--tensorboard', ''], 'directories'],
    [['train', '--csv', ''], 'files'],
    [['play', 'm', '--output', ''], 'files gif html'],
    [['play', 'm', '--output=e'], 'files gif html'],
    [['export', 'm', '--output', ''], 'files'],
    [
      ['experiment', 'show', ''],
      ['exp_7d0e', 'tun_3c1a'],
    ],
    [['experiment', 'show', 't'], ['tun_3c1a']],
    [['experiment', 'rm', '7'], ['7d0e']],
    [['experiment', 'cancel', 'exp_9'], []],
    [['train', 'CartPole-v1', ''], []],
    [
      ['jobs', 'watch', ''],
      ['job_4f2a', 'job_91bc'],
    ],
    [['jobs', 'rm', 'job_4f2a', '9'], ['91bc']],
    [['jobs', '--state', 'ru'], ['running']],
    [['compare', 'job_4f2a', './'], 'directories'],
    [['evaluate', ''], 'files zip'],
    [['check-environment', ''], 'files'],
    [['completion', 'z'], ['zsh']],
    [['nonsense', '--algorithm', ''], []],
    [['train', '--nonsense', '--algo'], ['--algorithm']],
  ])('%j offers %j', async (words, offered) => {
    expect(await complete(...words)).toEqual(offered);
  });

  it('has commands at its beginning, and all flags after a dash', async () => {
    expect(await complete('')).toEqual(expect.arrayContaining(['train', 'serve', 'jobs', 'compare', 'open']));
    expect(await complete('jobs', 'start', '-')).toEqual(
      expect.arrayContaining(['--watch', '--config', '--stop.max-steps', '--help']),
    );
  });
});
