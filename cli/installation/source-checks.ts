import type { Config } from '../../pipeline/config.ts';
import type { TagRuleset } from '../../steps/contract/operator-ports.ts';
import { type Finding, ok, warning } from '../doctor/finding.ts';
import { rulesetCommand } from '../init/next.ts';
import { checkRepository } from '../init/pipeline-checks.ts';
import type { Surroundings } from '../init/surroundings.ts';

type Source = Pick<Config, 'source'>;

/** Whether the repository is there, and what keeps its tags from being moved. */
export const sourceChecks = ({ source }: Source, around: Surroundings): [string, () => Promise<Finding>][] =>
  source.host === 'github'
    ? [['tag rules', () => checkTagRules(source.repository, around)]]
    : [
        ['repository', () => checkRepository(source, around)],
        ['tag rules', async () => ok('CodeCommit has none: who may move a tag is decided by IAM; AcceptTag refuses one that was moved')],
      ];

/** AcceptTag refuses a moved tag in any case; where the host does, nobody has to find out why a release was refused. */
export async function checkTagRules(repository: string, { tagRules }: Pick<Surroundings, 'tagRules'>): Promise<Finding> {
  const rulesets = await tagRules.of(repository);
  const keeping = rulesets.find(keepsReleaseTags);
  if (keeping) return ok(`${keeping.name} keeps tags v* of ${repository} from being moved and deleted`);
  const names = rulesets.map(({ name, enforcement }) => `${name} (${enforcement})`).join(', ');
  return warning(
    `no active ruleset of ${repository} keeps tags v* from being moved and deleted; it has ${names || 'none'}`,
    rulesetCommand(repository),
  );
}

function keepsReleaseTags({ enforcement, include, exclude, rules }: TagRuleset): boolean {
  const all = include.some((pattern) => ['~ALL', 'refs/tags/*', 'refs/tags/**/*', 'refs/tags/v*'].includes(pattern));
  return enforcement === 'active' && all && exclude.length === 0 && rules.includes('update') && rules.includes('deletion');
}
