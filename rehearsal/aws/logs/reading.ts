import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { InvalidParameterException } from '@aws-sdk/client-cloudwatch-logs';
import { page } from '../paging.ts';
import { saying } from '../sdk-words.ts';
import { parseFilterPattern } from './filter-pattern.ts';
import type { LogEvent, LogGroup, LogStream } from './log-group.ts';

/** The most events of one answer, and the default. */
const MOST_EVENTS = 10_000;
const DESCRIBED_AT_ONCE = 50;

/** From `startTime` on, up to but not with `endTime`, in milliseconds. */
const between =
  ({ startTime = 0, endTime = Number.POSITIVE_INFINITY }: { startTime?: number; endTime?: number }) =>
  ({ timestamp }: LogEvent) =>
    timestamp >= startTime && timestamp < endTime;

const told = ({ timestamp, ingestionTime, message }: LogEvent) => ({ timestamp, ingestionTime, message });

/**
 * One stream's events. Both tokens are always there: at the end of the stream the forward token is the one that was given, which is how a
 * caller knows.
 */
export function getLogEvents(stream: LogStream, input: sdk.GetLogEventsRequest): sdk.GetLogEventsResponse {
  const events = stream.events.filter(between(input));
  const size = Math.min(input.limit ?? MOST_EVENTS, MOST_EVENTS);
  const [direction, position] = (input.nextToken ?? '').split('/');
  if (input.nextToken && !/^[fb]\/\d+$/.test(input.nextToken))
    throw new InvalidParameterException(saying('The specified nextToken is invalid.'));
  const forward = direction === 'f' || (!direction && input.startFromHead);
  const edge = position === undefined ? (forward ? 0 : events.length) : Number(position);
  const [start, end] = forward ? [edge, Math.min(edge + size, events.length)] : [Math.max(0, edge - size), edge];
  return { events: events.slice(start, end).map(told), nextForwardToken: `f/${end}`, nextBackwardToken: `b/${start}` };
}

/** Events of several streams, in the order of their timestamps. */
export function filterLogEvents(group: LogGroup, input: sdk.FilterLogEventsRequest): sdk.FilterLogEventsResponse {
  const matches = parseFilterPattern(input.filterPattern);
  const named = input.logStreamNames?.map((name) => group.stream(name)) ?? group.streams();
  const found = named
    .filter(({ name }) => name.startsWith(input.logStreamNamePrefix ?? ''))
    .flatMap((stream) => stream.events.filter(between(input)).map((event) => ({ stream, event })))
    .filter(({ event }) => matches(event.message))
    .sort((a, b) => a.event.timestamp - b.event.timestamp || (a.event.eventId < b.event.eventId ? -1 : 1));
  const { items, nextToken } = page(found, input.nextToken, Math.min(input.limit ?? MOST_EVENTS, MOST_EVENTS));
  return { events: items.map(({ stream, event }) => ({ logStreamName: stream.name, eventId: event.eventId, ...told(event) })), nextToken };
}

export function describeLogGroups(groups: readonly LogGroup[], input: sdk.DescribeLogGroupsRequest): sdk.DescribeLogGroupsResponse {
  const wanted = groups.filter(
    ({ name }) => name.startsWith(input.logGroupNamePrefix ?? '') && name.includes(input.logGroupNamePattern ?? ''),
  );
  const { items, nextToken } = page(wanted, input.nextToken, input.limit ?? DESCRIBED_AT_ONCE);
  return { logGroups: items.map(described), nextToken };
}

const described = (group: LogGroup): sdk.LogGroup => ({
  logGroupName: group.name,
  arn: `${group.arn}:*`,
  logGroupArn: group.arn,
  creationTime: group.created,
  retentionInDays: group.retentionInDays,
});

export function describeLogStreams(group: LogGroup, input: sdk.DescribeLogStreamsRequest): sdk.DescribeLogStreamsResponse {
  const streams = group.streams().filter(({ name }) => name.startsWith(input.logStreamNamePrefix ?? ''));
  const last = ({ events, created }: LogStream) => events.at(-1)?.timestamp ?? created;
  if (input.orderBy === 'LastEventTime') streams.sort((a, b) => last(a) - last(b));
  if (input.descending) streams.reverse();
  const { items, nextToken } = page(streams, input.nextToken, input.limit ?? DESCRIBED_AT_ONCE);
  return {
    nextToken,
    logStreams: items.map(({ name, created, events }) => ({
      logStreamName: name,
      arn: `${group.arn}:log-stream:${name}`,
      creationTime: created,
      firstEventTimestamp: events[0]?.timestamp,
      lastEventTimestamp: events.at(-1)?.timestamp,
      lastIngestionTime: events.at(-1)?.ingestionTime,
    })),
  };
}
