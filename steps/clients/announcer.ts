import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Announcer } from '../contract/ports.ts';
import { defaults } from './defaults.ts';

const client = new EventBridgeClient(defaults);

export const announcer: Announcer = {
  async announce(detail) {
    const entry = { Source: 'release', DetailType: 'Release Outcome', Detail: JSON.stringify(detail) };
    const { FailedEntryCount, Entries } = await client.send(new PutEventsCommand({ Entries: [entry] }));
    // PutEvents answers 200 for an entry that it dropped.
    if (FailedEntryCount) throw new Error(`EventBridge dropped the event: ${Entries?.[0]?.ErrorCode} ${Entries?.[0]?.ErrorMessage}`);
  },
};
