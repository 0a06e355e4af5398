import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type CopyOfTree, copyOfTree } from './copy-of-tree.ts';
import { processesOf } from './left-behind.ts';
import { type Ended, patience, release } from './run-release.ts';

/** What is typed, and what the one line must say is allowed. */
const mistakes: Record<string, RegExp> = {
  'rehearse --fault no-such-fault': /"no-such-fault": expected one of .*boot-crash/,
  'rehearse --tag 1.4.0': /expected v followed by a semantic version, as in v1\.4\.0/,
  'rehearse --time-scale 0': /expected a number above 0 and at most 10/,
  'rehearse --approve maybe': /yes, no, ask/,
  'rehearse --containers podman': /process, docker/,
  'rehearse --withhold Deploy': /expected STEP=service:Action/,
  'rehearse --colour': /expected --tag, --fault, .*--keep/,
  'rehearse --only boot-crash': /--only: only with --all/,
  'rehearse --all --tag v1.4.0': /--tag: not with --all/,
  'rehearse --all --only boot-crash,no-such-fault': /"no-such-fault": expected one of/,
  'rehears v1.4.0':
    /expected one of rehearse, faults, init, start, retry, watch, status, approve, reject, report, incident, doctor, rollback\. Next: release --help/,
  'incident secret-key-mising': /did you mean SecretKeyMissing.* Next: npx release incident SecretKeyMissing/,
  'doctor staging --yes': /doctor changes nothing without --clear\. Next: npx release doctor staging --clear/,
  approve: /missing required argument 'tag'/,
  report: /No rehearsal is running here and AWS_REGION is not set/,
  'status v1.4.0': /No rehearsal is running here and AWS_REGION is not set\. Next: npm start -- --keep/,
  'approve v1.4.0': /No rehearsal is running here and AWS_REGION is not set\. Next: npm start -- --keep/,
};

describe('bad input', () => {
  let copy: CopyOfTree;
  let answers: Map<string, Ended>;

  beforeAll(async () => {
    copy = copyOfTree();
    answers = new Map();
    for (const typed of Object.keys(mistakes)) answers.set(typed, await release(copy.folder, ...typed.split(' ')));
  }, patience);
  afterAll(() => copy.remove());

  it.each(Object.entries(mistakes))('release %s: one line that says what is allowed, and 2', (typed, allowed) => {
    const { code, stdout, stderr } = answers.get(typed)!;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(allowed)]);
  });

  it('creates nothing', () => {
    expect(existsSync(join(copy.folder, '.local', 'rehearsals'))).toBe(false);
    expect(existsSync(join(copy.folder, '.local', 'releases'))).toBe(false);
    expect(processesOf(copy.folder)).toEqual([]);
  });
});
