/**
 * Every step of the machine by its one name: state `ValidateSecret` = `steps/validate-secret.ts` = `.lambda.ts` = construct id. Here stand
 * what goes in and what comes out; `release-machine.ts` fills the inputs from its variables, the entry parses them once.
 */
import * as z from 'zod';
import { AlarmWatch, Approval, Deployment, Heal, Inspection, Lock, Plan, Smoke, Watch } from './deployment.ts';
import { Diagnosis, Diagnostics, Failure, Proof, Recovery, ReportPointer, RollbackWatch } from './failure.ts';
import { Build, Image, Release, ReleaseRequest, StageConfig } from './release.ts';
import { Stage } from './stage.ts';

const step = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) => ({ input, output });

/** What the steps of one stage share. */
const atStage = { release: Release, stage: Stage };
/** Poll count of the loop that calls the step, from 0. */
const polls = { polls: z.int().min(0) };

/** All that is known when something failed; what had not happened yet is null. */
export const Incident = z.strictObject({
  request: ReleaseRequest,
  execution: z.strictObject({ arn: z.string(), startedAt: z.iso.datetime() }),
  release: Release.nullable(),
  stage: Stage.nullable(),
  failure: Failure,
  build: Build.nullable(),
  image: Image.nullable(),
  inspection: Inspection.nullable(),
  plan: Plan.nullable(),
  deployment: Deployment.nullable(),
  smoke: Smoke.nullable(),
});
export type Incident = z.infer<typeof Incident>;
const incident = { incident: Incident };

export const steps = {
  AcceptTag: step(
    z.strictObject({
      request: ReleaseRequest,
      execution: z.strictObject({ name: z.string(), startedAt: z.iso.datetime() }),
      stages: z.array(Stage),
    }),
    Release,
  ),
  ValidateSecret: step(z.strictObject({ release: Release, stages: z.array(Stage) }), z.strictObject({ configs: z.array(StageConfig) })),
  VerifyImage: step(z.strictObject({ release: Release, build: Build, ...polls }), Image),
  InspectStage: step(z.strictObject({ ...atStage, image: Image, ...polls }), Inspection),
  PlanChange: step(z.strictObject({ ...atStage, image: Image, inspection: Inspection, ...polls }), Plan),
  RequestApproval: step(
    z.strictObject({
      ...atStage,
      image: Image,
      inspection: Inspection,
      plan: Plan,
      /** All, in order: those before this one tell what they proved. */
      stages: z.array(Stage),
      token: z.string(),
      execution: z.strictObject({ arn: z.string() }),
    }),
    Approval,
  ),
  LockStage: step(
    z.strictObject({
      ...atStage,
      image: Image,
      inspection: Inspection,
      plan: Plan,
      approval: Approval.nullable(),
      execution: z.strictObject({ arn: z.string() }),
      ...polls,
    }),
    Lock,
  ),
  HealStack: step(
    // `heal`: its own last answer.
    z.strictObject({ ...atStage, inspection: Inspection, heal: Heal.nullable(), ...polls }),
    Heal,
  ),
  Deploy: step(z.strictObject({ ...atStage, plan: Plan, inspection: Inspection }), Deployment),
  WatchDeployment: step(
    z.strictObject({
      ...atStage,
      image: Image,
      inspection: Inspection,
      deployment: Deployment,
      watch: Watch.nullable(),
      /** Asked because of an event, before the wait was over: no patience is used up. */
      woken: z.boolean(),
      ...polls,
    }),
    Watch,
  ),
  SmokeTest: step(z.strictObject({ ...atStage, image: Image, inspection: Inspection, config: StageConfig }), Smoke),
  WatchAlarms: step(z.strictObject({ ...atStage, inspection: Inspection, deployment: Deployment, ...polls }), AlarmWatch),
  UnlockStage: step(z.strictObject({ ...atStage, image: Image, smoke: Smoke }), z.strictObject({})),
  CloseRelease: step(
    z.strictObject({ release: Release, image: Image.nullable(), execution: z.strictObject({ arn: z.string() }) }),
    z.strictObject({ outcome: z.literal('released') }),
  ),

  CollectDiagnostics: step(z.strictObject(incident), Diagnostics),
  Diagnose: step(z.strictObject({ ...incident, diagnostics: Diagnostics }), Diagnosis),
  // One count of polls for RollBack and WatchRollback: `again` does not start it anew, or two steps could hand each other the turn for ever.
  RollBack: step(z.strictObject({ ...incident, diagnosis: Diagnosis, ...polls }), Recovery),
  WatchRollback: step(z.strictObject({ ...incident, recovery: Recovery, ...polls }), RollbackWatch),
  ProveRollback: step(
    z.strictObject({
      ...incident,
      diagnostics: Diagnostics,
      recovery: Recovery,
      rollback: RollbackWatch.nullable(),
      config: StageConfig.nullable(),
    }),
    Proof,
  ),
  Report: step(
    z.strictObject({
      ...incident,
      diagnostics: Diagnostics,
      diagnosis: Diagnosis,
      recovery: Recovery,
      moves: z.array(Recovery),
      proof: Proof,
    }),
    ReportPointer,
  ),
} as const;

export type StepName = keyof typeof steps;
export type StepInput<Name extends StepName> = z.infer<(typeof steps)[Name]['input']>;
export type StepOutput<Name extends StepName> = z.infer<(typeof steps)[Name]['output']>;

/** `ValidateSecret` → `validate-secret`: the file, the bundle and the folder of a step. */
export const fileName = (step: string) => step.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase();
