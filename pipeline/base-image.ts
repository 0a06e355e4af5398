import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Warns at synth of a base image that is named by a tag. No error: what a release deploys is named by digest all the same, and a digest of the
 * base has to be kept up by people, who must be able to begin without one.
 */
export function warnOfMovingBase(scope: Construct, baseImage: string): void {
  if (/@sha256:[0-9a-f]{64}$/.test(baseImage)) return;
  const found = `baseImage ${baseImage} is no digest: its maker may change it between two builds of one commit.`;
  const next = `Next: docker buildx imagetools inspect ${baseImage}, and write NAME@sha256:… into pipeline/config.json.`;
  Annotations.of(scope).addWarningV2('release:base-image-moves', `${found} ${next}`);
}
