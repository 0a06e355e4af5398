import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import * as z from 'zod';
import type { AccessDenials, DenialView } from '../contract/evidence-ports.ts';
import { defaults } from './defaults.ts';

const client = new CloudTrailClient(defaults);

/** The part of CloudTrail's own record that says who was refused what. */
const Denied = z.object({
  eventTime: z.string(),
  eventSource: z.string(),
  eventName: z.string(),
  errorCode: z.string().regex(/AccessDenied|UnauthorizedOperation|AuthFailure/),
  errorMessage: z.string().default(''),
  userIdentity: z.object({ arn: z.string().default('') }),
});

export const accessDenials: AccessDenials = {
  async ofSession(sessionName, since) {
    // CloudTrail finds by one attribute only; a session's refusals are among its newest 50 events, or it had got further.
    const { Events = [] } = await client.send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'Username', AttributeValue: sessionName }],
        StartTime: new Date(since),
        MaxResults: 50,
      }),
    );
    return Events.flatMap(({ CloudTrailEvent }) => denial(CloudTrailEvent ?? '{}'));
  },
};

function denial(record: string): DenialView[] {
  const { data } = Denied.safeParse(JSON.parse(record));
  if (!data) return [];
  const action = `${data.eventSource.replace('.amazonaws.com', '')}:${data.eventName}`;
  return [{ at: data.eventTime, who: data.userIdentity.arn, action, code: data.errorCode, message: data.errorMessage }];
}
