import { changeSetView, eventView, stackView } from '../../../steps/clients/stack-views.ts';
import { changeSetArn, stackId } from '../incidents.ts';

const noon = new Date('2026-01-01T12:00:00Z');

describe('a stack', () => {
  it('is shown with its outputs and parameters by key', () => {
    expect(
      stackView({
        StackId: stackId,
        StackName: 'StagingService',
        StackStatus: 'UPDATE_ROLLBACK_COMPLETE',
        StackStatusReason: 'example',
        CreationTime: new Date(0),
        LastUpdatedTime: noon,
        Outputs: [{ OutputKey: 'Url', OutputValue: 'https://example.com' }, { OutputKey: 'Bare' }, { OutputValue: 'nameless' }],
        Parameters: [{ ParameterKey: 'Digest', ParameterValue: 'example' }, { ParameterKey: 'Hidden' }, { ParameterValue: 'nameless' }],
      }),
    ).toEqual({
      stackId,
      name: 'StagingService',
      status: 'UPDATE_ROLLBACK_COMPLETE',
      reason: 'example',
      outputs: { Url: 'https://example.com', Bare: '', '': 'nameless' },
      parameters: { Digest: 'example', Hidden: '', '': 'nameless' },
      lastUpdated: '2026-01-01T12:00:00.000Z',
    });
  });

  it('that was never updated changed last when it was made', () => {
    expect(stackView({ StackName: 'example', StackStatus: 'CREATE_COMPLETE', CreationTime: noon })).toMatchObject({
      lastUpdated: '2026-01-01T12:00:00.000Z',
    });
  });

  it('has empty texts, not undefined ones, where CloudFormation says nothing', () => {
    expect(stackView({ StackName: undefined, CreationTime: undefined, StackStatus: undefined })).toEqual({
      stackId: '',
      name: '',
      status: '',
      reason: '',
      outputs: {},
      parameters: {},
      lastUpdated: null,
    });
  });
});

describe('a change set', () => {
  it('is shown with the changes of resources, and with no others', () => {
    const view = changeSetView({
      ChangeSetId: changeSetArn,
      StackId: stackId,
      Status: 'CREATE_COMPLETE',
      StatusReason: 'example',
      ExecutionStatus: 'AVAILABLE',
      Changes: [
        {
          ResourceChange: {
            LogicalResourceId: 'Service',
            ResourceType: 'AWS::ECS::Service',
            Action: 'Modify',
            Replacement: 'Conditional',
            Scope: ['Properties'],
          },
        },
        { HookInvocationCount: 1 },
        { ResourceChange: {} },
      ],
    });
    expect(view).toEqual({
      arn: changeSetArn,
      stackId,
      status: 'CREATE_COMPLETE',
      reason: 'example',
      executionStatus: 'AVAILABLE',
      changes: [
        { logicalId: 'Service', type: 'AWS::ECS::Service', action: 'Modify', replacement: 'Conditional', scope: ['Properties'] },
        // One that names nothing is a change all the same: it must not look as if there were none.
        { logicalId: '', type: '', action: '', replacement: null, scope: [] },
      ],
    });
  });

  it('changes nothing when CloudFormation tells of nothing', () => {
    expect(changeSetView({})).toEqual({ arn: '', stackId: '', status: '', reason: '', executionStatus: '', changes: [] });
  });
});

describe('an event of a stack', () => {
  it('carries the token of the operation it belongs to', () => {
    expect(
      eventView({
        StackId: stackId,
        EventId: '1',
        StackName: 'StagingService',
        Timestamp: noon,
        LogicalResourceId: 'Service',
        PhysicalResourceId: 'example',
        ResourceType: 'AWS::ECS::Service',
        ResourceStatus: 'UPDATE_FAILED',
        ResourceStatusReason: 'circuit breaker',
        ClientRequestToken: 'release-one-deploy',
      }),
    ).toEqual({
      at: '2026-01-01T12:00:00.000Z',
      logicalId: 'Service',
      physicalId: 'example',
      type: 'AWS::ECS::Service',
      status: 'UPDATE_FAILED',
      reason: 'circuit breaker',
      token: 'release-one-deploy',
    });
  });

  it('belongs to no operation when it has no token', () => {
    expect(eventView({ StackId: undefined, EventId: undefined, StackName: undefined, Timestamp: undefined })).toEqual({
      at: '',
      logicalId: '',
      physicalId: '',
      type: '',
      status: '',
      reason: '',
      token: '',
    });
  });
});
