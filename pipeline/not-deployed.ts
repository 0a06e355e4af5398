import { StackSynthesizer } from 'aws-cdk-lib';

/**
 * Of a stack that stands in the tree for what others export to it and that somebody else deploys: it leaves neither template nor artifact.
 */
export class NotDeployed extends StackSynthesizer {
  addFileAsset(): never {
    throw new Error(`${this.boundStack.stackName} is not deployed from here: it cannot have a file as an asset`);
  }

  addDockerImageAsset(): never {
    throw new Error(`${this.boundStack.stackName} is not deployed from here: it cannot have an image as an asset`);
  }

  synthesize(): void {}
}
