import * as sdk from '@aws-sdk/client-cloudtrail';
import type { DeniedCall } from '../iam/iam.ts';
import type { Service } from '../kernel.ts';
import { page } from '../paging.ts';
import { protocolOnly, refuseMembers, saying } from '../sdk-words.ts';

/** Calls on data are in no event history. */
const onData =
  /^(s3:.*Object|s3:ListBucket$|sqs:(Send|Receive|Delete)Message|sns:Publish$|dynamodb:|logs:(Put|Get)LogEvents$|kms:Decrypt$)/;

/**
 * CloudTrail's event history, of refused calls only: it answers from what IAM has denied. On AWS an event takes up to 15 minutes; here it is
 * there at once.
 */
export class CloudTrail {
  readonly service: Service;

  constructor({ denied }: { readonly denied: () => readonly DeniedCall[] }) {
    this.service = {
      signingName: 'cloudtrail',
      sdk,
      client: new sdk.CloudTrailClient(protocolOnly),
      handlers: {
        LookupEvents(input: sdk.LookupEventsRequest) {
          const { LookupAttributes = [], StartTime, EndTime, MaxResults = 50, NextToken, ...others } = input;
          refuseMembers('LookupEvents', { ...others }, ...Object.keys(others));
          const [{ AttributeKey, AttributeValue } = {}, ...more] = LookupAttributes;
          if (AttributeKey !== 'Username' || !AttributeValue || more.length > 0)
            throw new sdk.InvalidLookupAttributesException(saying('The rehearsal looks events up by one Username only.'));
          const found = denied()
            .filter(({ action }) => !onData.test(action))
            .filter(
              ({ who, at }) => who.endsWith(`/${AttributeValue}`) && at >= (StartTime ?? new Date(0)) && at <= (EndTime ?? new Date()),
            )
            .map((call) => event(call, AttributeValue));
          const { items, nextToken } = page(found.reverse(), NextToken, MaxResults);
          return { Events: items, NextToken: nextToken };
        },
      },
      permissions: { LookupEvents: () => [{ action: 'cloudtrail:LookupEvents', resource: '*' }] },
    };
  }
}

function event({ at, who, action, message, id }: DeniedCall, Username: string): sdk.Event {
  const [service = '', name = ''] = action.split(':');
  const record = {
    eventVersion: '1.11',
    userIdentity: { type: 'AssumedRole', arn: who },
    eventTime: at.toISOString(),
    eventSource: `${service}.amazonaws.com`,
    eventName: name,
    errorCode: 'AccessDenied',
    errorMessage: message,
    eventID: id,
  };
  return {
    EventId: id,
    EventName: name,
    EventTime: at,
    EventSource: record.eventSource,
    Username,
    Resources: [],
    CloudTrailEvent: JSON.stringify(record),
  };
}
