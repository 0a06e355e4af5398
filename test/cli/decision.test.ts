import { decide, lookAt, lookLines } from '../../cli/decision.ts';
import type { ApprovalView, Decision, DecisionAnswer } from '../../steps/contract/decision.ts';
import type { DecisionDesk } from '../../steps/contract/operator-ports.ts';
import { image } from '../steps/builders.ts';
import { changeSetArn, inspection, minute, plan, release } from '../steps/incidents.ts';

const request: ApprovalView = {
  id: 'a'.repeat(32),
  release: release.name,
  tag: 'v1.4.0',
  attempt: 1,
  commit: release.commit,
  stage: 'prod',
  digest: image.digest,
  templateHash: plan.templateHash,
  contractHash: inspection.contractHash,
  changeSetArn,
  changes: ['Modify AWS::IAM::Role TaskRole (IAM)'],
  earlier: ['staging: this image proven'],
  pushedBy: release.pushedBy,
  requestedAt: minute(0),
  expiresAt: minute(60),
  decision: 'pending',
};

const desk = (answer: DecisionAnswer & { status: number }, decisions: Decision[] = []): DecisionDesk => ({
  show: async () => answer,
  decide: async (decision) => {
    decisions.push(decision);
    return answer;
  },
});

describe('a decision at the terminal', () => {
  it('is about the request that was shown', async () => {
    const decisions: Decision[] = [];
    const at = desk({ status: 200, message: 'v1.4.0 is rejected', request }, decisions);
    expect(await lookAt('v1.4.0', at)).toEqual(request);
    expect(await decide(request, 'rejected', 'not today', at)).toBe('v1.4.0 is rejected');
    await decide(request, 'approved', undefined, at);
    expect(decisions).toEqual([
      { id: request.id, decision: 'rejected', reason: 'not today' },
      { id: request.id, decision: 'approved' },
    ]);
  });

  it('shows first what is decided about', () => {
    const lines = lookLines(request).join('\n');
    for (const text of [request.digest, request.changeSetArn, ...request.changes, ...request.earlier, request.expiresAt, request.pushedBy])
      expect(lines).toContain(text);
  });

  it('says what to do next when it is refused', async () => {
    const at = desk({ status: 403, message: 'A second person must.', next: 'somebody else approves' });
    await expect(decide(request, 'approved', undefined, at)).rejects.toThrow('A second person must. Next: somebody else approves');
    await expect(lookAt('v1.4.0', desk({ status: 404, message: 'v1.4.0 waits for no approval.' }))).rejects.toMatchObject({
      name: 'UsageError',
    });
  });

  it('knows from the answer of AWS that the right is missing, and names the policy', async () => {
    await expect(lookAt('v1.4.0', desk({ status: 403, message: 'Forbidden' }))).rejects.toThrow('ApproversPolicy');
  });

  it('tells a defect of the endpoint from a refusal', async () => {
    await expect(lookAt('v1.4.0', desk({ status: 502, message: 'Internal Server Error' }))).rejects.toThrow('Internal Server Error (502)');
  });
});
