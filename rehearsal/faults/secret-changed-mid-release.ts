import { beforeDeploy } from './calls.ts';
import { changeSecret, withoutAppDefinition } from './change-secret.ts';
import type { Fault } from './fault.ts';

/** The secret was checked, and checked again; a rotation takes a key away before the first new task reads it. */
export const secretChangedMidRelease: Fault = {
  name: 'secret-changed-mid-release',
  summary: 'the secret loses a key between the last check and the start of the new tasks',
  cause: 'SecretKeyMissing',
  failedStep: 'WatchDeployment',
  on: 'update',
  inject: (context) => beforeDeploy(() => changeSecret(context, withoutAppDefinition)),
};
