import { setFlagsFromString } from 'node:v8';
import {
  type App,
  CloudFormationValidatePlugin,
  type IPolicyValidationContext,
  type IPolicyValidationPlugin,
  type PolicyValidationPluginReport,
  type PolicyViolation,
  type Stack,
  Validations,
} from 'aws-cdk-lib';
import { AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks } from 'cdk-nag';
import { type Acknowledgement, acknowledgements } from './acknowledgements.ts';

// The built-in validation is WebAssembly that runs for two seconds and ends: optimizing its code takes longer than it saves.
setFlagsFromString('--liftoff-only');

/**
 * Holds templates against the rule packs of cdk-nag and against CDK's built-in CloudFormation validation; what either finds fails the synth.
 * @param stacks those that are made to be used. A tag's build exports Service templates; the stores and foundations stand in its tree only to
 * be referred to, and are checked where they come from.
 * @param entries findings that stand
 */
export function checkTemplates(app: App, stacks: readonly Stack[] | 'all', entries = acknowledgements): void {
  Validations.of(app).addPlugins(new RulePacks(stacks, entries), new TemplateValidation(stacks));
}

const packs = () => [new AwsSolutionsChecks(), new NIST80053R5Checks(), new ServerlessChecks()];

/** Each pack looks once, when the tree is complete: references between stacks are known only then. */
class RulePacks implements IPolicyValidationPlugin {
  readonly name = 'cdk-nag';
  readonly #stacks: readonly Stack[] | 'all';
  readonly #entries: readonly Acknowledgement[];

  constructor(stacks: readonly Stack[] | 'all', entries: readonly Acknowledgement[]) {
    this.#stacks = stacks;
    this.#entries = entries;
  }

  validate({ appConstruct }: IPolicyValidationContext): PolicyValidationPluginReport {
    const scopes = this.#stacks === 'all' ? [appConstruct] : this.#stacks;
    const found = packs().flatMap((pack) => scopes.flatMap((scope) => pack.validateScope(scope).violations));
    const unused = new Set(this.#entries);
    const violations: PolicyViolation[] = found.flatMap((violation) => {
      const standing = violation.violatingResources.filter(({ constructPath = '' }) => {
        const path = constructPath.replace(/\/Resource$/, '');
        const entry = this.#entries.find(({ covers }) => covers(violation.ruleName, path));
        if (entry) unused.delete(entry);
        return !entry;
      });
      return standing.length === 0 ? [] : [{ ...violation, violatingResources: standing, fix: next }];
    });
    // A part of the tree may well lack what an entry is about.
    if (this.#stacks === 'all') violations.push(...[...unused].filter(({ optional }) => !optional).map(({ title }) => idle(title)));
    return { success: violations.length === 0, violations };
  }
}

const next =
  'Mend the resource; if the finding must stand, add it to pipeline/acknowledgements.ts or the page of its pack beside it, with a reason that a reviewer would accept.';

/** An entry that excuses nothing would excuse the next thing that somebody gets wrong. */
function idle(title: string): PolicyViolation {
  return {
    ruleName: 'Acknowledgements-Unused',
    description: `Nothing is found any more that ${title} excuses.`,
    severity: 'error',
    fix: 'Remove the entry from its page, pipeline/*acknowledgements.ts.',
    // A finding about nothing is not reported.
    violatingResources: [{ constructPath: 'pipeline/acknowledgements.ts', locations: [] }],
  };
}

/** The built-in validation, which is most of what a synth takes, of some templates. Registered, it takes the place of CDK's own instance. */
class TemplateValidation extends CloudFormationValidatePlugin {
  readonly #stacks: readonly Stack[] | 'all';

  constructor(stacks: readonly Stack[] | 'all') {
    super();
    this.#stacks = stacks;
  }

  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    if (this.#stacks === 'all') return super.validate(context);
    const paths = this.#stacks.map(({ node }) => node.path);
    const stackTemplates = context.stackTemplates.filter(({ stackConstructPath }) => paths.includes(stackConstructPath));
    // CDK names them; a name that it changed would leave a template out unseen.
    if (stackTemplates.length !== paths.length)
      throw new Error(`of ${paths.join(', ')}, ${stackTemplates.length} were found to be validated`);
    return super.validate({ ...context, stackTemplates });
  }
}
