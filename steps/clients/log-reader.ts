import { CloudWatchLogsClient, GetLogEventsCommand, ResourceNotFoundException } from '@aws-sdk/client-cloudwatch-logs';
import type { LogReader } from '../contract/ports.ts';
import { defaults } from './defaults.ts';

const client = new CloudWatchLogsClient(defaults);

export const logReader: LogReader = {
  async tail(logGroupName, logStreamName, limit) {
    try {
      const { events = [] } = await client.send(new GetLogEventsCommand({ logGroupName, logStreamName, limit, startFromHead: false }));
      return events.map(({ timestamp, message }) => ({ at: new Date(timestamp ?? 0).toISOString(), line: message ?? '' }));
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return null;
      throw error;
    }
  },
};
