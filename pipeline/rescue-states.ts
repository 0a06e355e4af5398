import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { j, type MachineStates } from './machine-states.ts';
import { execution, vars } from './machine-variables.ts';

export interface RescueStatesProps {
  readonly diagnosticsBucketName: string;
}

/** The states of a release on a bad night: keep everything first, then roll back, then prove it, then tell. */
export function rescueStates(scope: Construct, states: MachineStates, props: RescueStatesProps) {
  const incident = {
    incident: {
      ...vars('request', 'release', 'stage', 'failure', 'build', 'image', 'inspection', 'plan', 'deployment', 'smoke'),
      execution,
    },
  };
  // A rollback that does not end is kept beside the failure that it was to undo, not in its place.
  const stuck = "{'state': 'WatchRollback', 'error': 'RollbackStuck', 'cause': $rollback.reason}";
  const collectDiagnostics = states.step(
    'CollectDiagnostics',
    { incident: { ...incident.incident, failure: j(`$stuck ? ${stuck} : $failure`) } },
    { diagnostics: '$states.result.Payload' },
  );
  const collected = sfn.Choice.jsonata(scope, 'Collected');
  const diagnose = states.step(
    'Diagnose',
    { ...incident, ...vars('diagnostics') },
    {
      diagnosis: '$states.result.Payload',
      polls: '0',
    },
  );
  const rollBack = states.step(
    'RollBack',
    { ...incident, ...vars('diagnosis', 'polls') },
    {
      recovery: '$states.result.Payload',
      moves: '$append($moves, $states.result.Payload)',
      polls: '$polls + 1',
    },
  );
  const rollbackStarted = sfn.Choice.jsonata(scope, 'RollbackStarted');
  const proveRollback = states.step(
    'ProveRollback',
    {
      ...incident,
      ...vars('diagnostics', 'recovery', 'rollback'),
      config: j('$configs and $stage ? $configs[stage = $stage.name] : null'),
    },
    { proof: '$states.result.Payload' },
  );
  const watchRollback = states.polled('WatchRollback', { ...incident, ...vars('recovery', 'polls') }, 'rollback', 'running', {
    listens: true,
    exhausted: {
      // Not to CollectDiagnostics, which would begin the rollback anew, for ever.
      next: proveRollback,
      assign: (words) => ({
        rollback: { status: 'blocked', waitingFor: 'a person', stackStatus: j('$rollback.stackStatus'), reason: words },
      }),
    },
  });
  const report = states.step(
    'Report',
    { ...incident, ...vars('diagnostics', 'diagnosis', 'recovery', 'moves', 'proof') },
    {
      report: '$states.result.Payload',
    },
  );
  const notReleased = sfn.Fail.jsonata(scope, 'NotReleased', { error: j('$report.cause'), cause: j('$string($report)') });
  const notReported = sfn.Fail.jsonata(scope, 'NotReported', {
    error: j('$diagnosis.cause'),
    cause: j("$string({'outcome': 'not-recovered', 'sentence': $diagnosis.sentence, 'unreported': $failure.cause})"),
  });

  const all = {
    collectDiagnostics,
    collected,
    diagnose,
    rollBack,
    rollbackStarted,
    watchRollback,
    proveRollback,
    report,
    notReleased,
    notReported,
  };
  neverHostage(states, all, props);
  return all;
}

type Rescue = Pick<
  ReturnType<typeof rescueStates>,
  'collectDiagnostics' | 'collected' | 'diagnose' | 'rollBack' | 'watchRollback' | 'proveRollback' | 'report' | 'notReported'
>;

/** A state of the rescue that fails itself is replaced by an honest "not known": rollback and report go on. */
function neverHostage(
  states: MachineStates,
  { collectDiagnostics, collected, diagnose, rollBack, watchRollback, proveRollback, report, notReported }: Rescue,
  { diagnosticsBucketName }: RescueStatesProps,
): void {
  const error = j("$states.errorOutput.Error & ': ' & $substring($string($states.errorOutput.Cause), 0, 2000)");
  const now = j('$states.context.State.EnteredTime');
  const blocked = {
    status: 'blocked',
    action: 'none',
    stackId: j('$exists($inspection.stackId) ? $inspection.stackId : null'),
    changeSetArn: null,
    reason: error,
    polls: 0,
    at: now,
  };
  // Not healing any more: nothing is destroyed of which nothing is kept.
  states.catch(collectDiagnostics, collected, {
    diagnostics: {
      bucket: diagnosticsBucketName,
      prefix: j("'diagnostics/' & $states.context.Execution.Name"),
      manifestKey: null,
      objects: 0,
      missing: [{ source: 'everything', reason: error }],
      sealedAt: null,
    },
  });
  states.catch(diagnose, rollBack, {
    diagnosis: { cause: 'Unclassified', confidence: 'unknown', sentence: 'The failure could not be diagnosed.', evidence: [] },
  });
  states.catch(rollBack, proveRollback, { recovery: blocked });
  states.catch(watchRollback.start, proveRollback, { recovery: blocked });
  states.catch(proveRollback, report, { proof: { outcome: 'blocked', reason: error, at: now } });
  states.catch(report, notReported, {});
}
