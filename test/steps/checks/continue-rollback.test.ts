import { failedToGoBack, hasSkipped, nextRung } from '../../../steps/checks/continue-rollback.ts';
import { relabelled } from '../../../steps/checks/relabel.ts';
import { operationToken } from '../../../steps/contract/release.ts';
import { release, stackEvent, stackId } from '../incidents.ts';
import { failedRollback } from '../rollback-world.ts';

const failed = (logicalId: string, reason = 'broken') =>
  stackEvent({ logicalId, physicalId: logicalId, type: 'AWS::IAM::Role', status: 'UPDATE_FAILED', reason });
const began = stackEvent({ status: 'UPDATE_ROLLBACK_IN_PROGRESS' });

describe('what may be left out of a rollback', () => {
  it('is what failed to go back: not what was cancelled, not what failed on the way there, not the stack itself', () => {
    expect(failedToGoBack(stackId, failedRollback)).toEqual(['Service']);
  });

  it('is of the newest rollback only', () => {
    expect(failedToGoBack(stackId, [failed('Rule'), began, failed('Service'), began])).toEqual(['Rule']);
  });

  it('is judged by the newest event of a resource', () => {
    const back = stackEvent({ logicalId: 'Rule', physicalId: 'Rule', status: 'UPDATE_COMPLETE' });
    expect(failedToGoBack(stackId, [back, failed('Rule'), failed('Role'), began])).toEqual(['Role']);
  });

  it('is nothing when the beginning of the rollback cannot be seen', () => {
    expect(failedToGoBack(stackId, [failed('Rule')])).toEqual([]);
  });
});

describe('the next try', () => {
  const tokenOf = (verb: Parameters<typeof operationToken>[1]) => stackEvent({ token: operationToken(release, verb) });

  it('is another for a heal than for a rollback of the same release', () => {
    const events = [tokenOf('heal-continue'), tokenOf('heal-skip-1'), ...failedRollback];
    expect(nextRung('heal', release, stackId, events)).toEqual({ verb: 'heal-skip-2', skip: ['Service'] });
    expect(nextRung('rollback', release, stackId, events)).toEqual({ verb: 'continue', skip: [] });
    expect(hasSkipped('heal', release, events)).toBe(true);
    expect(hasSkipped('rollback', release, events)).toBe(false);
  });

  it("is not another release's", () => {
    const others = stackEvent({ token: operationToken({ name: 'v1.3.9-bbbbbbb-1' }, 'continue') });
    expect(nextRung('rollback', release, stackId, [others, ...failedRollback])).toEqual({ verb: 'continue', skip: [] });
  });
});

describe('a template under one label more', () => {
  const task = (containers: object[]) => ({ Type: 'AWS::ECS::TaskDefinition', Properties: { ContainerDefinitions: containers } });

  it('differs in the labels of its containers alone', () => {
    const template = {
      Resources: { Task: task([{ Name: 'a', DockerLabels: { one: '1' } }, { Name: 'b' }]), Role: { Type: 'AWS::IAM::Role' } },
    };
    expect(JSON.parse(relabelled(JSON.stringify(template), 'v1.4.0-0123456-1') ?? '')).toEqual({
      Resources: {
        Task: task([
          { Name: 'a', DockerLabels: { one: '1', 'release.repaired-by': 'v1.4.0-0123456-1' } },
          { Name: 'b', DockerLabels: { 'release.repaired-by': 'v1.4.0-0123456-1' } },
        ]),
        Role: { Type: 'AWS::IAM::Role' },
      },
    });
  });

  it.each(['Resources:\n  Role: {}', '{}', '{"Resources":{"Role":{"Type":"AWS::IAM::Role"}}}', 'null', '7'])('is none of %j', (text) => {
    expect(relabelled(text, 'v1.4.0-0123456-1')).toBeNull();
  });
});
