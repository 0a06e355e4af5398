import { UsageError } from '../../../cli/exit-codes.ts';
import { answerAll } from '../../../cli/init/answers.ts';
import { differences, tableOf } from '../../../cli/init/table.ts';
import { readConfig } from '../../../pipeline/config.ts';
import { certificateArn, exampleConfig, exampleTable, given } from './example.ts';

describe('without a terminal', () => {
  it('flags alone make a table that synth reads', async () => {
    const { repository, stages } = await exampleConfig();
    expect(repository).toBe('example-webhook');
    expect(stages.map(({ name, approval, foundationStack }) => ({ name, approval, foundationStack }))).toEqual([
      { name: 'staging', approval: false, foundationStack: 'StagingFoundation' },
      { name: 'prod', approval: true, foundationStack: 'ProdFoundation' },
    ]);
  });

  it('one error names every flag that lacks', async () => {
    const lacking = new Map([...given()].filter(([flag]) => flag !== 'repository' && flag !== 'secret prod'));
    const error = await answerAll(lacking, null).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toMatch(/no answer to --repository NAME, --secret prod=NAME\. Next: npx release init --help/);
  });

  it.each([
    ['a number that is none', { 'min-tasks staging': 'two' }, /--min-tasks: two: expected a number/],
    ['neither yes nor no', { 'approval staging': 'perhaps' }, /--approval: perhaps: expected yes or no/],
    [
      'an answer that leaves no place for another',
      { 'certificate prod': certificateArn },
      /--certificate prod=\S+: the other answers leave no place for it/,
    ],
    ['a stage that is not there', { 'secret qa': 'example/qa' }, /There is no stage qa among staging, prod/],
  ])('%s is refused', async (_what, changes, message) => {
    await expect(answerAll(given(changes), null)).rejects.toThrow(message);
  });

  it('a certificate is asked for where no hosted zone is named, and nowhere else', async () => {
    const lacking = new Map([...given()].filter(([flag]) => !flag.startsWith('hosted-zone')));
    await expect(answerAll(lacking, null)).rejects.toThrow('no answer to --certificate staging=ARN, --certificate prod=ARN');
    const [staging] = (await exampleConfig()).stages;
    expect(staging?.address).toEqual({
      domain: 'webhook.staging.example.com',
      hostedZone: { id: 'Z0123456789EXAMPLE', name: 'example.com' },
    });
  });

  it('GitHub asks for what CodeCommit does not', async () => {
    await expect(answerAll(given({ host: 'github', repository: 'example/webhook' }), null)).rejects.toThrow(
      'no answer to --connection ARN.',
    );
    const connection = 'arn:aws:codeconnections:eu-west-1:111122223333:connection/44444444-4444-4444-4444-444444444444';
    const { source } = await exampleConfig({ host: 'github', repository: 'example/webhook', connection });
    expect(source).toEqual({ host: 'github', repository: 'example/webhook', connectionArn: connection, createIdentityProvider: true });
    await expect(answerAll(given({ connection }), null)).rejects.toThrow('leave no place for it');
  });

  it('four eyes ask who pushes, and by which principals each may decide', async () => {
    await expect(answerAll(given({ 'four-eyes': 'yes' }), null)).rejects.toThrow('no answer to --pushers PEOPLE.');
    const [user, session] = ['arn:aws:iam::111122223333:user/a,b', 'arn:aws:sts::111122223333:assumed-role/example/me'];
    const { pushers } = await exampleConfig({ 'four-eyes': 'yes', pushers: `${user}=${user},${session}; octocat=${session}` });
    expect(pushers).toEqual({ [user]: [user, session], octocat: [session] });
    await expect(answerAll(given({ 'four-eyes': 'yes', pushers: 'octocat' }), null)).rejects.toThrow('expected NAME=ARN,ARN');
  });

  it('every flag changes the field that it stands for', async () => {
    const { stages } = await exampleConfig({
      'approval staging': 'yes',
      'min-tasks prod': '4',
      'max-tasks prod': '40',
      'response-seconds prod': '1.5',
      'takes-tags prod': 'v*, !v*-*',
    });
    expect(stages[0]?.approval).toBe(true);
    expect(stages[1]).toMatchObject({
      minTasks: 4,
      maxTasks: 40,
      alarms: { errorsPerMinute: 5, responseSeconds: 1.5 },
      takesTags: ['v*', '!v*-*'],
    });
  });
});

describe('an answer that leaves no place for another', () => {
  it('is no table where two of them do not fit, and the error names the place', async () => {
    await expect(exampleConfig({ 'domain prod': 'webhook.elsewhere.org' })).rejects.toThrow(/the domain does not lie in the hostedZone/);
  });
});

describe('at a terminal', () => {
  const typing = (answers: Record<string, string[]>) => {
    const asked: string[] = [];
    const ask = async (question: string) => {
      asked.push(question);
      const [, typed] = Object.entries(answers).find(([part]) => question.includes(part)) ?? [];
      return typed?.shift() ?? '';
    };
    return { ask, asked };
  };

  it('asks for what no flag answered, and an empty line takes what usually stands there', async () => {
    const { ask, asked } = typing({ 'that repository': ['typed-webhook'] });
    const flags = new Map([...given()].filter(([flag]) => flag !== 'repository'));
    const config = readConfig(tableOf(await answerAll(flags, ask)));
    expect(config.repository).toBe('typed-webhook');
    expect(config.stages.map(({ name }) => name)).toEqual(['staging', 'prod']);
    expect(asked).toContain('prod: does a person decide before anything changes here [yes]: ');
    expect(asked.join()).not.toContain('ARN of the Quilt stack');
  });

  it('asks again where the answer is none, and not for ever', async () => {
    const flags = new Map([...given()].filter(([flag]) => flag !== 'repository'));
    const { ask } = typing({ 'that repository': ['', 'typed-webhook'] });
    expect((await answerAll(flags, ask)).pipeline.get('source.repository')).toBe('typed-webhook');
    await expect(answerAll(flags, typing({ 'that repository': [] }).ask)).rejects.toThrow(/that repository.*expected a value/);
  });
});

describe('a table that stands there already', () => {
  it('differs by field and by stage, whatever its layout', async () => {
    const table = await exampleTable();
    expect(differences(JSON.stringify(JSON.parse(table)), table)).toEqual([]);
    expect(differences(table, await exampleTable({ 'max-tasks prod': '40', repository: 'other' }))).toEqual([
      '~ source.repository: "example-webhook" → "other"',
      '~ stages[prod].maxTasks: 6 → 40',
    ]);
  });

  it('loses stages and gains them by name, and their order is told', async () => {
    const table = JSON.parse(await exampleTable());
    const turned = JSON.stringify({ ...table, stages: table.stages.toReversed() });
    expect(differences(JSON.stringify(table), turned)).toEqual(['~ the order of stages: staging, prod → prod, staging']);
    const less = JSON.stringify({ ...table, stages: [table.stages[1]] });
    expect(differences(JSON.stringify(table), less)).toContain('- stages[staging].secretName: "example/staging"');
  });

  it('leaves to the new one what people wrote by hand', async () => {
    const standing = JSON.stringify({ ...JSON.parse(await exampleTable()), checks: { expectedHours: 5 }, repository: 'gone' });
    const table = tableOf(await answerAll(given(), null), standing);
    expect(readConfig(table).checks.expectedHours).toBe(5);
    expect(JSON.parse(table)).not.toHaveProperty('repository');
    expect(tableOf(await answerAll(given(), null), '{')).toBe(await exampleTable());
  });

  it('is replaced as a whole where it is no JSON', async () => {
    expect(differences('{', await exampleTable())).toEqual([expect.stringContaining('no JSON')]);
  });
});
