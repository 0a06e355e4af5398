import { CloudWatchLogsClient, GetLogEventsCommand, ResourceNotFoundException } from '@aws-sdk/client-cloudwatch-logs';
import type { LogPages } from '../contract/evidence-ports.ts';
import { defaults } from './defaults.ts';

const client = new CloudWatchLogsClient(defaults);

export const logPages: LogPages = {
  async page(logGroupName, logStreamName, token) {
    const at = token === null ? { startFromHead: true } : { nextToken: token };
    try {
      const { events = [], nextForwardToken } = await client.send(new GetLogEventsCommand({ logGroupName, logStreamName, ...at }));
      const lines = events.map(({ timestamp, message }) => ({ at: new Date(timestamp ?? 0).toISOString(), line: message ?? '' }));
      // The end is told by the token that was given, never by a page that is empty or short.
      return { lines, next: nextForwardToken && nextForwardToken !== token ? nextForwardToken : null };
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return null;
      throw error;
    }
  },
};
