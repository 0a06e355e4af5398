import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nextCommands } from '../../../cli/init/next.ts';
import { root } from '../../assembly.ts';
import { problemsOf } from '../../contract/commands.ts';
import { pageNamed } from '../../contract/docs-pages.ts';
import { shellCommands } from '../../contract/shell-commands.ts';
import { exampleConfig } from './example.ts';

const place = { callerArn: 'arn:aws:iam::111122223333:user/operator', region: 'us-east-1' };
const github = {
  host: 'github',
  repository: 'example/webhook',
  connection: 'arn:aws:codeconnections:eu-west-1:111122223333:connection/44444444-4444',
};

describe('the commands that follow a table', () => {
  it.each([
    ['of CodeCommit', {}],
    ['of GitHub', github],
  ])('exist, where the repository is one %s', async (_host, flags) => {
    const commands = nextCommands(await exampleConfig(flags), place).flatMap(shellCommands);
    const problems = await Promise.all(
      commands.map(async (command) => (await problemsOf(command)).map((each) => `${command.join(' ')}: ${each}`)),
    );
    expect(problems.flat()).toEqual([]);
  });

  it('name the account, the region and the stacks of the table', async () => {
    const commands = nextCommands(await exampleConfig(), place);
    expect(commands[0]).toBe('npx cdk bootstrap aws://111122223333/us-east-1');
    expect(commands[1]).toBe('npx cdk deploy ReleaseStores ReleaseMachine StagingFoundation ProdFoundation');
  });

  it('name no region that is not known', async () => {
    expect(nextCommands(await exampleConfig(), null)[0]).toBe('npx cdk bootstrap');
  });

  it('stand in the page about installing, all of them', async () => {
    const page = pageNamed('docs/install.md');
    for (const flags of [{}, github]) {
      const said = nextCommands(await exampleConfig(flags), place).filter((command) => !command.startsWith('aws sns subscribe'));
      expect(said.filter((command) => !page.includes(command))).toEqual([]);
    }
  });
});

describe('the ruleset for tags', () => {
  it('keeps those that start releases from being moved and from being deleted', () => {
    const ruleset = JSON.parse(readFileSync(join(root, '.github/rulesets/release-tags.json'), 'utf8'));
    expect(ruleset).toMatchObject({ target: 'tag', enforcement: 'active', conditions: { ref_name: { include: ['refs/tags/v*'] } } });
    expect(ruleset.rules.map(({ type }: { type: string }) => type).sort()).toEqual(['deletion', 'update']);
  });
});
