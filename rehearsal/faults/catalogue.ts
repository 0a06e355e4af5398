import { approvalExpires } from './approval-expires.ts';
import { approvalRejected } from './approval-rejected.ts';
import { approvalStale } from './approval-stale.ts';
import { approvalTokenStolen } from './approval-token-stolen.ts';
import { bootCrash } from './boot-crash.ts';
import { breakerRolledBack } from './breaker-rolled-back.ts';
import { breakerWinsRace } from './breaker-wins-race.ts';
import { buildFails } from './build-fails.ts';
import { cancelRefused } from './cancel-refused.ts';
import { certificateExpired } from './certificate-expired.ts';
import { changeSetFails } from './change-set-fails.ts';
import { configBroken } from './config-broken.ts';
import { contractDiffers } from './contract-differs.ts';
import { credentialsRejected } from './credentials-rejected.ts';
import { diagnosticsStoreDown } from './diagnostics-store-down.ts';
import { errorsRise } from './errors-rise.ts';
import { execFormat } from './exec-format.ts';
import type { Fault } from './fault.ts';
import { firstDeployFails } from './first-deploy-fails.ts';
import { hang } from './hang.ts';
import { healthNeverPasses } from './health-never-passes.ts';
import { imageBootFails } from './image-boot-fails.ts';
import { imageMissing } from './image-missing.ts';
import { imageNotPushed } from './image-not-pushed.ts';
import { imageVulnerable } from './image-vulnerable.ts';
import { imageWrongArchitecture } from './image-wrong-architecture.ts';
import { logsLate } from './logs-late.ts';
import { logsThrottled } from './logs-throttled.ts';
import { machineDies } from './machine-dies.ts';
import { manyStoppedTasks } from './many-stopped-tasks.ts';
import { newerTagAsks } from './newer-tag-asks.ts';
import { noNetwork } from './no-network.ts';
import { nothingToChange } from './nothing-to-change.ts';
import { oldVersionBrokenToo } from './old-version-broken-too.ts';
import { outOfMemory } from './out-of-memory.ts';
import { permissionDenied } from './permission-denied.ts';
import { quiltOutputMissing } from './quilt-output-missing.ts';
import { reportStoreDown } from './report-store-down.ts';
import { rollbackFails } from './rollback-fails.ts';
import { rollbackStartsCold } from './rollback-starts-cold.ts';
import { scanNeverEnds } from './scan-never-ends.ts';
import { secretChangedMidRelease } from './secret-changed-mid-release.ts';
import { secretDenied } from './secret-denied.ts';
import { secretEmpty } from './secret-empty.ts';
import { secretMissingKey } from './secret-missing-key.ts';
import { secretNotFound } from './secret-not-found.ts';
import { secretNotJson } from './secret-not-json.ts';
import { secretWrongValue } from './secret-wrong-value.ts';
import { stackBusy } from './stack-busy.ts';
import { stackInReview } from './stack-in-review.ts';
import { stackLocked } from './stack-locked.ts';
import { stackRollbackComplete } from './stack-rollback-complete.ts';
import { stepCrashes } from './step-crashes.ts';
import { stepDiesNamed } from './step-dies.ts';
import { stepThrottled } from './step-throttled.ts';
import { stepTimesOut } from './step-times-out.ts';
import { tagBehind } from './tag-behind.ts';
import { tagEventTwice } from './tag-event-twice.ts';
import { tagMalformed } from './tag-malformed.ts';
import { tagMoved } from './tag-moved.ts';
import { templateWidensAccess } from './template-widens-access.ts';
import { twoTagsAtOnce } from './two-tags-at-once.ts';
import { webhookRefused } from './webhook-refused.ts';
import { webhookUnsignedAccepted } from './webhook-unsigned-accepted.ts';
import { wrongVersionRunning } from './wrong-version-running.ts';

/** Every failure that a rehearsal can inject by name: before anything changes, while it deploys, after it deployed, in the rescue itself. */
export const faults: readonly Fault[] = [
  secretMissingKey,
  secretEmpty,
  secretNotJson,
  secretWrongValue,
  secretNotFound,
  secretDenied,
  credentialsRejected,
  quiltOutputMissing,
  tagMalformed,
  tagMoved,
  tagBehind,
  buildFails,
  imageWrongArchitecture,
  imageBootFails,
  imageVulnerable,
  imageNotPushed,
  scanNeverEnds,
  templateWidensAccess,
  certificateExpired,
  changeSetFails,
  contractDiffers,
  nothingToChange,
  stackRollbackComplete,
  stackLocked,
  stackInReview,
  stackBusy,

  firstDeployFails,
  secretChangedMidRelease,
  imageMissing,
  bootCrash,
  execFormat,
  outOfMemory,
  permissionDenied,
  noNetwork,
  healthNeverPasses,
  hang,
  breakerRolledBack,

  wrongVersionRunning,
  configBroken,
  webhookUnsignedAccepted,
  webhookRefused,
  errorsRise,

  diagnosticsStoreDown,
  logsThrottled,
  logsLate,
  manyStoppedTasks,
  reportStoreDown,
  rollbackFails,
  oldVersionBrokenToo,
  rollbackStartsCold,
  cancelRefused,
  breakerWinsRace,
  machineDies,
  stepThrottled,
  stepCrashes,
  stepTimesOut,
  tagEventTwice,
  twoTagsAtOnce,
  approvalRejected,
  approvalExpires,
  approvalTokenStolen,
  approvalStale,
  newerTagAsks,
];

/** Of the catalogue, or one of those that end a single step (`step-dies-at-Deploy`): too many to be rows. */
export const faultNamed = (name: string): Fault | undefined => faults.find((fault) => fault.name === name) ?? stepDiesNamed(name);
