import { type IAspect, TagManager } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** CDK names parts of a network after their path in the tree. Below a stage they keep the names that they have without one. */
export class SameNames implements IAspect {
  private readonly stage: string;

  /** @param stage id of the stage */
  constructor(stage: string) {
    this.stage = stage;
  }

  visit(construct: IConstruct): void {
    if (!TagManager.isTaggable(construct)) return;
    const name = construct.tags.tagValues()['Name'];
    if (name?.startsWith(`${this.stage}/`)) construct.tags.setTag('Name', name.slice(this.stage.length + 1), Number.MAX_SAFE_INTEGER);
  }
}
