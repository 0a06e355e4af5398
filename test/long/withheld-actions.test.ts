import { environment } from '../../steps/contract/environment.ts';
import { pairsOf, readRecording } from '../contract/permissions.ts';
import { type CopyOfTree, copyOfTree } from '../scenarios/copy-of-tree.ts';
import { Running } from '../scenarios/run-release.ts';
import { pick } from './pick.ts';

/** Same seed, same ten: `SEED=42 npm run test:long`. @default - a new one each time; it is printed */
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 32));
/** A rehearsal that waits for what never comes is stuck; milliseconds. */
const patience = 240_000;
/** Lambda runs a function that may not write its log, and drops the lines: nobody is told, so nothing can fail. */
const missedByNobody = ['logs:CreateLogStream', 'logs:PutLogEvents'];

const candidates = pairsOf(readRecording().release)
  .map(({ role, action }) => ({ step: /^ReleaseMachine\/(\w+)Role$/.exec(role)?.[1] ?? '', action }))
  .filter(({ step, action }) => step in environment && !missedByNobody.includes(action));

describe(`a release whose step lacks one action that it needs (SEED=${seed})`, () => {
  let copy: CopyOfTree;
  beforeAll(() => {
    copy = copyOfTree();
    // Names of tests that pass are not shown when several files run.
    process.stderr.write(`withheld actions: SEED=${seed}\n`);
  });
  afterAll(() => copy.remove());

  it.each(pick(candidates, 10, seed))(
    '$step without $action fails and says so',
    async ({ step, action }) => {
      const running = new Running(copy.folder, ['rehearse', '--containers', 'process', '--withhold', `${step}=${action}`]);
      const late = setTimeout(() => running.interrupt(), patience);
      const { code, stdout, stderr } = await running.ended;
      clearTimeout(late);
      const said = `${stdout}${stderr}`;
      // A tag that starts no release at all could not start: 2. From then on there is an outcome.
      if (!(step === 'StartRelease' ? [2] : [1, 3]).includes(code ?? -1)) throw new Error(`ended with ${code}:\n${said}`);
      // In the words of the diagnosis, or in AWS's own where a step or the starter passes them on.
      expect(said).toMatch(new RegExp(`(A role may not|not authorized to perform:) ${action}\\b`));
    },
    patience + 60_000,
  );
});
