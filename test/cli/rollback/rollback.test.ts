import { exitCodeOf } from '../../../cli/commands/rollback.ts';
import { factsOf } from '../../../cli/doctor/facts.ts';
import { UsageError } from '../../../cli/exit-codes.ts';
import { rollbackName, undoneBy } from '../../../cli/rollback/name.ts';
import { beginRollback, dropRollback, endRollback } from '../../../cli/rollback/perform.ts';
import { planRollback, unfinishedRollback } from '../../../cli/rollback/plan.ts';
import { planLines, proofLines } from '../../../cli/view/rollback.ts';
import type { World } from '../../../cli/world.ts';
import { changeSetName } from '../../../steps/contract/release.ts';
import { RescueRequest } from '../../../steps/contract/rescue.ts';
import { exampleSecret } from '../../container/builders.ts';
import { FakeTable, fakeSecrets } from '../../steps/fakes.ts';
import { lastGood, minute, proof, stackView, stage } from '../../steps/incidents.ts';
import { awsError } from '../../steps/ports.ts';
import { blocked, type ExampleWorld, exampleWorld, lock, operatorArn, proven, record, state } from '../example-world.ts';

const before = record({ tag: 'v1.3.0', name: 'v1.3.0-aaaaaaa-1', commit: 'a'.repeat(40), pk: 'RELEASE#v1.3.0' });
const person = { by: operatorArn, reason: 'customers complain' };
const inOrder = () => new FakeTable(record(), before, state());
const notRecovered = () => new FakeTable(record({ outcome: 'not-recovered', cause: 'RollbackFailed' }), before, state({ blocked }), lock());

/** A world that takes the rescue in. */
function starting(example: ExampleWorld = {}) {
  const started: { name: string; input: unknown }[] = [];
  const start: World['start'] = async (name, input) => {
    started.push({ name, input });
    return 'started';
  };
  const world = exampleWorld({ table: inOrder(), ...example, ports: { start, ...example.ports } });
  return { world, started, facts: factsOf(stage, world) };
}
const plan = (example: ExampleWorld = {}) => {
  const { world, facts } = starting(example);
  return planRollback(facts, world);
};
const held = (table: FakeTable) => table.get('STAGE#staging', 'LOCK');

describe('the name of a rollback', () => {
  const name = rollbackName('v1.4.0-0123456-1', new Date(minute(40)));

  it('tells what it undoes, and is another at another time', () => {
    expect(undoneBy(name)).toBe('v1.4.0-0123456-1');
    expect(undoneBy('v1.4.0-0123456-1')).toBe('v1.4.0-0123456-1');
    expect(rollbackName('v1.4.0-0123456-1', new Date(minute(41)))).not.toBe(name);
  });

  it('is one that Step Functions and CloudFormation take', () => {
    const long = rollbackName(`v1.0.0-${'x'.repeat(100)}`, new Date(minute(40)));
    expect(long).toMatch(/^[A-Za-z0-9._-]{80}$/);
    expect(changeSetName({ name: long }, 'repair')).toMatch(/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/);
  });
});

describe('what a rollback would do', () => {
  it('is to bring back what the release that runs found when it came', async () => {
    expect(await plan()).toMatchObject({
      release: { name: 'v1.4.0-0123456-1' },
      lastGood,
      move: 'redeploy-last-good',
      proves: { tag: 'v1.3.0', attempt: 1, commit: before.commit, digest: lastGood.digest, artefacts: lastGood.artefacts },
      unprovable: [],
      inherits: null,
    });
  });

  it('is told to a person before it is done', async () => {
    expect(planLines('staging', await plan())).toEqual([
      'staging: StagingService is UPDATE_COMPLETE',
      expect.stringMatching(/^ {2}runs now: {3}v1\.4\.0 \(sha256:c+\), 2 of 2 tasks$/),
      '  undone:     v1.4.0-0123456-1, released',
      expect.stringMatching(/^ {2}runs then: {2}1\.3\.0 \(sha256:a+\), as recorded before v1\.4\.0-0123456-1$/),
      '  the way:    collect diagnostics, redeploy-last-good, watch, prove, report',
    ]);
  });

  it('is to undo the release that was not recovered, under whose lock the stage lies', async () => {
    const undone = await plan({ table: notRecovered() });
    expect(undone).toMatchObject({ release: { outcome: 'not-recovered' }, inherits: { holder: lock().holder } });
  });

  it('is to undo that release also when a rollback of it was not recovered either', async () => {
    const name = rollbackName(record().name, new Date(minute(40)));
    const table = new FakeTable(record(), before, state({ blocked: { ...blocked, release: name } }), lock({ holder: name }));
    expect(await plan({ table })).toMatchObject({ release: { name: record().name }, inherits: { holder: name } });
  });

  it('cannot be proven when nobody proved what ran before, or the secret is not in order', async () => {
    const objects = { 'last-good/staging/v1.4.0-0123456-1/last-good.json': { ...lastGood, artefacts: null } };
    expect(await plan({ objects })).toMatchObject({
      proves: null,
      unprovable: [expect.stringContaining('no release of this pipeline proved')],
    });
    const secrets = fakeSecrets(JSON.stringify(exampleSecret({ client_id: undefined })));
    const unprovable = await plan({ ports: { secrets } });
    expect(unprovable).toMatchObject({ config: null, unprovable: [expect.stringMatching(/secret is not in order.*client_id/)] });
  });

  it.each<[string, ExampleWorld, RegExp]>([
    [
      'a release works at the stage',
      { table: new FakeTable(record(), state(), lock()), running: [lock().holder] },
      /runs\. Next: npx release watch v1\.4\.0/,
    ],
    [
      'the rescue of a dead one may yet come',
      { table: new FakeTable(record(), state(), lock()) },
      /does not run any more\. Next: npx release doctor staging --clear/,
    ],
    ['nothing was deployed', { stack: null }, /nothing runs there/],
    ['somebody changes the stack', { stack: stackView('UPDATE_ROLLBACK_IN_PROGRESS') }, /no safe move is known/],
    ['no table knows the status', { stack: stackView('A_STATUS_OF_TOMORROW') }, /no safe move is known/],
    ['no release of ours brought what runs', { table: new FakeTable(state()) }, /no recorded release of this pipeline brought what runs/],
  ])('is refused when %s', async (_, example, says) => {
    const refusal = await plan(example).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(UsageError);
    expect((refusal as Error).message).toMatch(says);
  });

  it('is refused when nothing ran before, and not when that cannot be read', async () => {
    const failing = (name: string) => ({
      ports: { objects: { ...exampleWorld().objects, get: () => Promise.reject(awsError(name, 'example')) } },
    });
    await expect(plan(failing('NoSuchKey'))).rejects.toThrow('nothing ran before v1.4.0-0123456-1');
    await expect(plan(failing('AccessDenied'))).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('a rollback that is begun', () => {
  it('enters the machine as an incident of the operator, with all that a proof needs', async () => {
    const { world, started, facts } = starting();
    await beginRollback(stage, await planRollback(facts, world), person, world);
    const { rescue } = RescueRequest.parse(started[0]?.input);
    expect(rescue).toMatchObject({
      request: { tag: 'v1.4.0', pushedBy: operatorArn },
      release: { name: started[0]?.name, stages: ['staging'] },
      stage,
      failure: { state: 'Operator', error: 'RollbackRequested', cause: expect.stringContaining('customers complain') },
      inspection: { lastGood, heal: null },
      configs: [{ stage: 'staging' }],
      plan: null,
      deployment: null,
    });
    expect(JSON.stringify(rescue)).not.toMatch(/example-client|appdef_/);
  });

  it('holds the stage under the name that the machine unlocks, and says who and why', async () => {
    const { world, started, facts } = starting();
    const deed = await beginRollback(stage, await planRollback(facts, world), person, world);
    expect(await held(world.table)).toMatchObject({
      holder: started[0]?.name,
      pushedBy: operatorArn,
      reason: 'rollback: customers complain',
    });
    expect(await unfinishedRollback('staging', world)).toEqual(deed);
    expect(deed).toMatchObject({ ...person, outcome: 'begun', rollback: { undoes: { tag: 'v1.4.0', attempt: 1 } } });
  });

  it('takes the lock over from a release that was not recovered', async () => {
    const { world, started, facts } = starting({ table: notRecovered() });
    await beginRollback(stage, await planRollback(facts, world), person, world);
    expect(await held(world.table)).toMatchObject({ holder: started[0]?.name });
  });

  it('touches nothing when a release took the stage meanwhile', async () => {
    const { world, started, facts } = starting();
    const seen = await planRollback(facts, world);
    await world.table.put(lock({ holder: 'v1.5.0-bbbbbbb-1' }));
    await expect(beginRollback(stage, seen, person, world)).rejects.toThrow('changed while it was looked at');
    expect(await held(world.table)).toMatchObject({ holder: 'v1.5.0-bbbbbbb-1' });
    expect(started).toEqual([]);
    expect(await unfinishedRollback('staging', world)).toBeNull();
  });

  it('touches nothing when the stack moved meanwhile, and leaves the lock as it was', async () => {
    for (const table of [inOrder(), notRecovered()]) {
      const { world, started, facts } = starting({ table });
      const lockBefore = await held(table);
      const seen = { ...(await planRollback(facts, world)), stack: stackView('UPDATE_ROLLBACK_COMPLETE') };
      await expect(beginRollback(stage, seen, person, world)).rejects.toThrow('changed while it was looked at');
      expect(started).toEqual([]);
      expect(await held(table)).toEqual(lockBefore);
    }
  });

  it('keeps the lock when the answer was lost but the machine began', async () => {
    const start = () => Promise.reject(awsError('TimeoutError', 'no answer'));
    const { world, facts } = starting({ ports: { start } });
    const deed = await beginRollback(stage, await planRollback(facts, world), person, world);
    expect(await held(world.table)).toMatchObject({ holder: deed.rollback.execution });
  });

  it('keeps the lock, and stays begun, when nobody tells whether the machine began', async () => {
    const lost = () => Promise.reject(awsError('TimeoutError', 'no answer'));
    const { world, facts } = starting();
    const seen = await planRollback(facts, world);
    const blind = { ...world, start: lost, executions: { find: lost, recent: lost } };
    // The look under the lock asks for no execution: the holder is known.
    await expect(beginRollback(stage, seen, person, blind)).rejects.toThrow(
      /started is not known: .*no answer\. Next: npx release rollback staging --yes/,
    );
    expect(await held(world.table)).not.toBeNull();
    expect(await unfinishedRollback('staging', world)).toMatchObject({ outcome: 'begun' });
  });

  it('gives the lock back when the machine did not begin', async () => {
    const start = () => Promise.reject(awsError('AccessDeniedException', 'not allowed'));
    const executions = { find: async () => null, recent: async () => [] };
    const { world, facts } = starting({ ports: { start, executions } });
    await expect(beginRollback(stage, await planRollback(facts, world), person, world)).rejects.toThrow('not allowed');
    expect(await held(world.table)).toBeNull();
    expect(await unfinishedRollback('staging', world)).toBeNull();
  });
});

describe('a rollback that ended', () => {
  const begun = async () => {
    const { world, facts } = starting();
    return { world, deed: await beginRollback(stage, await planRollback(facts, world), person, world) };
  };
  const provenNow = async (table: FakeTable) => (await table.get('STAGE#staging', 'STATE'))?.['proven'];

  it('leaves as proven what is proven to run', async () => {
    const { world, deed } = await begun();
    await endRollback('staging', deed, proof(), world);
    expect(await provenNow(world.table)).toMatchObject({ tag: 'v1.3.0', digest: lastGood.digest, at: proof().at });
    expect(await unfinishedRollback('staging', world)).toBeNull();
  });

  it('leaves nothing as proven that is not', async () => {
    for (const outcome of ['unproven', 'blocked'] as const) {
      const { world, deed } = await begun();
      await endRollback('staging', deed, proof({ outcome }), world);
      expect(await provenNow(world.table)).toBeUndefined();
    }
  });

  it('leaves the proof of what nothing was done to', async () => {
    const { world, deed } = await begun();
    await endRollback('staging', deed, proof({ outcome: 'unchanged' }), world);
    expect(await provenNow(world.table)).toEqual(proven);
  });

  it('leaves alone what a newer release proved since', async () => {
    const { world, deed } = await begun();
    const newer = { ...proven, tag: 'v1.5.0' };
    await world.table.put(state({ proven: newer }));
    await endRollback('staging', deed, proof(), world);
    expect(await provenNow(world.table)).toEqual(newer);
  });

  it('frees the stage when the terminal ended before the machine began', async () => {
    const { world, deed } = await begun();
    await dropRollback('staging', deed, world);
    expect(await held(world.table)).toBeNull();
    expect(await unfinishedRollback('staging', world)).toBeNull();
  });

  it.each([
    ['proven', 0, /it is proven/],
    ['unchanged', 1, /nothing was changed/],
    ['unproven', 3, /NOT proven to be rolled back, and a person must act/],
    ['blocked', 3, /NOT proven to be rolled back, and a person must act/],
  ] as const)('is %s: %i', (outcome, code, says) => {
    expect(exitCodeOf(proof({ outcome }))).toBe(code);
    expect(proofLines('staging', proof({ outcome }), false)[0]).toMatch(says);
  });

  it('is not said to be proven when the machine died', () => {
    expect(exitCodeOf(undefined)).toBe(3);
    expect(proofLines('staging', undefined, false)[0]).toMatch(/NOT proven.*ended without a proof/);
  });

  it('leaves a blocked stage blocked, and says what comes next', () => {
    expect(proofLines('staging', proof(), true)[1]).toBe(
      'staging stays BLOCKED until a person clears it. Next: npx release doctor staging --clear',
    );
  });
});
