import * as z from 'zod';
import { type PriceName, prices } from './prices.ts';
import type { StepName } from './steps.ts';

/** What a release cost, by its execution's own history. List prices, without free tiers; a ceiling where the history does not tell. */
export const Cost = z.strictObject({
  /** State transitions, which Step Functions bills; retries are some. */
  transitions: z.int().min(0),
  /** USD, without the build's minutes. */
  usd: z.number().min(0),
  /** Apart: what they cost depends on what is built, not on what releases it. */
  build: z.strictObject({ minutes: z.number().min(0), usd: z.number().min(0) }),
  /** What `usd` is the sum of, by price. */
  lines: z.array(
    z.strictObject({
      price: z.enum(Object.keys(prices) as [PriceName, ...PriceName[]]),
      amount: z.number().min(0),
      usd: z.number().min(0),
    }),
  ),
});
export type Cost = z.infer<typeof Cost>;

/** As much of an event of GetExecutionHistory as costs something. */
export interface MeteredEvent {
  /** ISO 8601 */
  readonly at: string;
  readonly type: string;
  /** Name of the state, for events of entering and leaving. */
  readonly state?: string;
  /** Service that a task asks, for events of tasks: `lambda`, `codebuild`, `dynamodb`. */
  readonly service?: string;
  /** Of the event as it is logged. @default 0 */
  readonly bytes?: number;
}

/** Requests by what they cost. */
export type Requests = Partial<Record<PriceName, number>>;

/**
 * What one call of a step asks of AWS at most, as far as a request costs anything: no history tells it. Describe calls of CloudFormation, ECS,
 * ECR, load balancing and EC2 cost nothing. A test compares it with the calls of a rehearsed release. Items of the table count as 2 KB.
 */
export const requestsOf: Readonly<Record<StepName, Requests>> = {
  AcceptTag: { tableRead: 8, tableWrite: 6 },
  ValidateSecret: { secretCall: 4 },
  VerifyImage: {},
  InspectStage: { tableRead: 2, tableWrite: 4, secretCall: 2, objectRead: 2, objectWrite: 2 },
  PlanChange: { objectRead: 2 },
  RequestApproval: { tableRead: 6, tableWrite: 8, message: 1 },
  LockStage: { tableRead: 10, tableWrite: 6, secretCall: 2, objectRead: 2 },
  HealStack: { tableRead: 2, tableWrite: 2, objectRead: 1, objectWrite: 1 },
  Deploy: {},
  WatchDeployment: {},
  SmokeTest: { signature: 6, objectRead: 2 },
  WatchAlarms: { alarmLook: 1 },
  UnlockStage: { tableRead: 2, tableWrite: 4 },
  CloseRelease: { tableRead: 2, tableWrite: 4, message: 1, event: 1 },
  CollectDiagnostics: { secretCall: 6, objectRead: 0, objectWrite: 60 },
  Diagnose: { objectRead: 30 },
  RollBack: { objectRead: 2, objectWrite: 1 },
  WatchRollback: {},
  ProveRollback: { objectRead: 6, signature: 6 },
  Report: { objectRead: 30, objectWrite: 3, tableWrite: 8, message: 1, event: 1 },
};

/** Metrics that a release sends at most, beside one for each of its steps: five of its outcome, and the duration of BuildImage. */
export const metricsOfRelease = 6;
