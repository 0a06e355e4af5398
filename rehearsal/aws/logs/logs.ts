import * as sdk from '@aws-sdk/client-cloudwatch-logs';
import type { Handler, Measure, Provisioners, Service, World } from '../kernel.ts';
import { protocolOnly, saying } from '../sdk-words.ts';
import type { LogGroup } from './log-group.ts';
import { LogGroups } from './log-groups.ts';
import { logProvisioners } from './provisioners.ts';
import { describeLogGroups, describeLogStreams, filterLogEvents, getLogEvents } from './reading.ts';

interface Named {
  readonly logGroupName?: string;
  readonly logGroupIdentifier?: string;
  readonly logStreamName?: string;
}

/** CloudWatch Logs: groups, streams, lines. */
export class Logs {
  readonly service: Service;
  readonly provisioners: Provisioners;
  readonly #groups: LogGroups;

  /** @param measure CloudWatch, for metrics that lines hold; @default nobody */
  constructor(world: World, { measure = () => {} }: { readonly measure?: Measure } = {}) {
    this.#groups = new LogGroups(world, measure);
    this.provisioners = logProvisioners(this.#groups);
    const handlers = this.#handlers();
    const resource = (input: Named) => {
      const name = groupName(input);
      // Actions on a group are asked on its streams, with no name: so a policy on `NAME:*` allows them and one on `NAME` does not.
      return name ? `${this.#groups.arn(name)}:log-stream:${input.logStreamName ?? ''}` : '*';
    };
    this.service = {
      signingName: 'logs',
      sdk,
      client: new sdk.CloudWatchLogsClient(protocolOnly),
      handlers,
      permissions: Object.fromEntries(
        Object.keys(handlers).map((name) => [
          name,
          (input: Named) => [{ action: `logs:${name}`, resource: name === 'DescribeLogGroups' ? '*' : resource(input) }],
        ]),
      ),
    };
  }

  /** Whether there is a group of that name. */
  hasGroup(group: string): boolean {
    return this.#groups.find(group) !== undefined;
  }

  createGroup(name: string): void {
    this.#groups.create(name);
  }

  /**
   * Appends a line, creating the stream when there is none. A deleted group takes nothing, as on AWS, where the agent's writes fail unseen.
   * @param timestamp milliseconds since 1970; @default now
   * @returns false when there is no such group
   */
  put(groupName: string, streamName: string, line: string, timestamp?: number): boolean {
    const group = this.#groups.find(groupName);
    if (!group) return false;
    const stream = group.find(streamName) ?? group.createStream(streamName, this.#groups.now());
    this.#groups.append(stream, line, timestamp);
    return true;
  }

  /** Every line of a stream, or of all streams of a group, oldest first. */
  lines(groupName: string, streamName?: string): string[] {
    const { events } = filterLogEvents(this.#groups.named(groupName), { ...(streamName && { logStreamNames: [streamName] }) });
    return events?.map(({ message }) => message ?? '') ?? [];
  }

  #handlers(): Record<string, Handler> {
    const groups = this.#groups;
    const group = (input: Named): LogGroup => groups.named(groupName(input) ?? '');
    return {
      CreateLogGroup: ({ logGroupName }: sdk.CreateLogGroupRequest) => void groups.create(logGroupName!),
      DeleteLogGroup: ({ logGroupName }: sdk.DeleteLogGroupRequest) => groups.remove(logGroupName!),
      PutRetentionPolicy(input: sdk.PutRetentionPolicyRequest) {
        group(input).retentionInDays = input.retentionInDays;
      },
      CreateLogStream: (input: sdk.CreateLogStreamRequest) => void group(input).createStream(input.logStreamName!, groups.now()),
      DeleteLogStream: (input: sdk.DeleteLogStreamRequest) => group(input).removeStream(input.logStreamName!),
      PutLogEvents(input: sdk.PutLogEventsRequest) {
        const stream = group(input).stream(input.logStreamName!);
        const times = input.logEvents!.map(({ timestamp }) => timestamp!);
        if (times.some((time, at) => at > 0 && time < times[at - 1]!)) {
          throw new sdk.InvalidParameterException(saying('Log events in a single PutLogEvents request must be in chronological order.'));
        }
        for (const { message, timestamp } of input.logEvents!) groups.append(stream, message!, timestamp);
        return { nextSequenceToken: '0' };
      },
      GetLogEvents: (input: sdk.GetLogEventsRequest) => getLogEvents(group(input).stream(input.logStreamName!), input),
      FilterLogEvents: (input: sdk.FilterLogEventsRequest) => filterLogEvents(group(input), input),
      DescribeLogGroups: (input: sdk.DescribeLogGroupsRequest) => describeLogGroups(groups.all(), input),
      DescribeLogStreams: (input: sdk.DescribeLogStreamsRequest) => describeLogStreams(group(input), input),
    };
  }
}

/** Some operations take a group's name or its ARN. */
const groupName = ({ logGroupName, logGroupIdentifier }: Named): string | undefined =>
  logGroupName ?? logGroupIdentifier?.replace(/^arn:[^:]*:logs:[^:]*:[^:]*:log-group:/, '').replace(/:\*$/, '');
