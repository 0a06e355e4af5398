import { setTimeout as sleep } from 'node:timers/promises';
import { changeSecret, withoutAppDefinition } from '../../rehearsal/faults/change-secret.ts';
import { Rehearsal } from '../../rehearsal/rehearsal.ts';
import { type CopyOfTree, copyOfTree } from './copy-of-tree.ts';
import { leaks } from './planted-secrets.ts';
import { patience } from './run-release.ts';

/** An hour of AWS takes 18 s here: nothing is released, so nothing but the clock has work to do. */
const timeScale = 0.005;

describe('a key that is removed from a secret between two releases', () => {
  let copy: CopyOfTree;
  let rehearsal: Rehearsal;

  beforeAll(async () => {
    copy = copyOfTree();
    const checkout = { root: copy.folder, commit: copy.commit, changedFiles: 1, defaultTag: 'v1.0.0' };
    rehearsal = await Rehearsal.start({ checkout, containers: 'process', timeScale });
  }, patience);
  afterAll(async () => {
    await rehearsal?.close();
    copy.remove();
  });

  const stateOf = (stage: string) => rehearsal.parts.cloud.cloudwatch.alarms.get(`release-${stage}-secret-drift`)?.state.value;
  const told = () => rehearsal.parts.cloud.sns.published.filter(({ subject }) => subject?.includes('secret-drift'));
  const until = async (what: string, seen: () => boolean) => {
    for (const end = Date.now() + patience / 3; !seen(); await sleep(50)) if (Date.now() > end) throw new Error(`not seen: ${what}`);
  };

  it(
    'is noticed by the check of the clock, told to people with its page, and tells no value',
    async () => {
      const { cloud, stages } = rehearsal.parts;
      const [staging] = stages;
      await until('the first check', () => stateOf('staging') === 'OK' && stateOf('prod') === 'OK');
      expect(told()).toEqual([]);

      changeSecret({ cloud, stage: staging! }, withoutAppDefinition);
      await until('the alarm', () => stateOf('staging') === 'ALARM');
      await until('the word to people', () => told().length > 0);
      expect(stateOf('prod')).toBe('OK');
      expect(told().map(({ subject }) => subject)).toEqual(['ALARM: "release-staging-secret-drift" in us-east-1']);
      const message = JSON.parse(told()[0]!.message);
      expect(message.AlarmDescription).toMatch(/^staging: .*Next: runbooks\/alarms\/secret-drift\.md$/);

      const log = cloud.logs.lines('/release/steps/check-secrets').join('\n');
      expect(log).toContain('"SecretProblems":1');
      expect([...leaks('the log', log), ...leaks('the message', told()[0]!.message)]).toEqual([]);
    },
    patience,
  );
});
