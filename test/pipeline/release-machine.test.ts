import validate from 'asl-validator';
import { blank } from '../../pipeline/machine-variables.ts';
import { rollbackPatience } from '../../steps/contract/patience.ts';
import { Rescue } from '../../steps/contract/rescue.ts';
import { steps } from '../../steps/contract/steps.ts';
import { type Template, templates } from '../assembly.ts';
import { actionsOf, anyCycle, edgesOf, machineOf, reachable } from './machine.ts';

/** What can take evidence or a running version away from a stage. Freeing a lock in the release table does not. */
const destructive = /^(cloudformation|ecs|elasticloadbalancing|logs|ecr|s3):(Delete|Cancel|Roll[bB]ack|Continue|Stop)/;
/**
 * A rule with such a condition cannot be taken for ever. `$healing` is set by one rule, which is taken once a stage; every failure of the heal
 * takes it back.
 */
const bound = /\$polls < \d+|\$index < \$count|\$not\(\$healed\)|^\{% \$healing %\}$|\$not\(\$stuck\)/;

describe('the release machine', () => {
  let template: Template;
  let machine: ReturnType<typeof machineOf>;
  beforeAll(async () => {
    template = (await templates())('ReleaseMachine');
    machine = machineOf(template);
  }, 60_000);

  const destructiveStates = () =>
    Object.entries(machine.States)
      .filter(([, state]) => actionsOf(template, state).some((action) => destructive.test(action)))
      .map(([name]) => name);

  it('knows which states can destroy', () => {
    expect(destructiveStates().sort()).toEqual(['HealStack', 'RollBack']);
  });

  it('reaches no destructive state except through CollectDiagnostics', () => {
    const around = edgesOf(machine.States).filter((edge) => edge.to !== 'CollectDiagnostics');
    const reached = reachable(machine.StartAt, around);
    expect(destructiveStates().filter((state) => reached.has(state))).toEqual([]);
  });

  it('reaches every state', () => {
    const reached = reachable(machine.StartAt, edgesOf(machine.States));
    expect(Object.keys(machine.States).filter((state) => !reached.has(state))).toEqual([]);
  });

  it('takes in an incident of elsewhere with all that is known of it', () => {
    const [rule] = machine.States['Entrance']?.Choices ?? [];
    expect(rule?.Next).toBe('CollectDiagnostics');
    const given = Object.entries(rule?.Assign ?? {}).filter(([, value]) => String(value).includes('$states.input.rescue.'));
    expect(given.map(([name]) => name).sort()).toEqual(Object.keys(Rescue.shape).sort());
    expect(Object.keys(rule?.Assign ?? {})).toEqual(expect.arrayContaining([...blank, 'stages', 'polls', 'index', 'healing', 'healed']));
  });

  it('catches every failure of every state that can fail', () => {
    const open = Object.entries(machine.States).filter(
      ([, state]) =>
        ['Task', 'Parallel', 'Map'].includes(state.Type) && !state.Catch?.some(({ ErrorEquals }) => ErrorEquals.includes('States.ALL')),
    );
    expect(open.map(([name]) => name)).toEqual([]);
  });

  it('bounds every loop', () => {
    expect(anyCycle(edgesOf(machine.States).filter((edge) => !bound.test(edge.condition)))).toBeUndefined();
  });

  it('heals a stage at most once', () => {
    const setting = Object.entries(machine.States).flatMap(([name, state]) =>
      (state.Choices ?? []).filter(({ Assign }) => Assign?.['healing'] === true).map((rule) => [name, rule]),
    );
    expect(setting).toEqual([
      [
        'LockStageSettled',
        expect.objectContaining({ Condition: expect.stringContaining('$not($healed)'), Assign: expect.objectContaining({ healed: true }) }),
      ],
    ]);
    const failed = [
      ...(machine.States['HealStack']?.Catch ?? []),
      ...(machine.States['HealStackSettled']?.Choices ?? []).filter(({ Next }) => Next === 'LoopExhausted'),
    ];
    expect(failed.map(({ Assign }) => Assign?.['healing'])).toEqual([false, false]);
  });

  it('keeps what a rollback is at that does not end, once, and hands the first evidence on', () => {
    const rules = (state: string) => machine.States[state]?.Choices ?? [];
    const setting = Object.keys(machine.States).flatMap((name) =>
      rules(name)
        .filter(({ Assign }) => Assign?.['stuck'] === true)
        .map((rule) => [name, rule]),
    );
    expect(setting).toEqual([
      [
        'WatchRollbackSettled',
        expect.objectContaining({
          Condition: "{% $rollback.status = 'stuck' and $not($stuck) %}",
          Next: 'CollectDiagnostics',
          Assign: expect.objectContaining({ evidence: '{% $diagnostics %}' }),
        }),
      ],
    ]);
    expect(rules('Collected').find(({ Condition }) => Condition === '{% $stuck %}')).toMatchObject({
      Next: 'RollBack',
      Assign: { diagnostics: '{% $evidence %}', polls: rollbackPatience.all },
    });
    expect(machine.States['CollectDiagnostics']?.Catch).toMatchObject([{ Next: 'Collected', Assign: { healing: false } }]);
  });

  it('has loops at all, so that the test above can fail', () => {
    expect(anyCycle(edgesOf(machine.States))).toBeDefined();
  });

  it('goes from every failed step of the forward path to CollectDiagnostics', () => {
    const rescue = ['CollectDiagnostics', 'Diagnose', 'RollBack', 'WatchRollback', 'ProveRollback', 'Report'];
    const strays = Object.entries(machine.States).filter(
      ([name, state]) =>
        state.Catch &&
        !rescue.includes(name) &&
        !name.startsWith('ListenFor') &&
        state.Catch.some(({ Next }) => Next !== 'CollectDiagnostics'),
    );
    expect(strays.map(([name]) => name)).toEqual([]);
  });

  it('has one state for each step, by the same name', () => {
    const invoking = Object.entries(machine.States).filter(([, state]) => state.Arguments?.FunctionName);
    expect(invoking.map(([name]) => name).sort()).toEqual(Object.keys(steps).sort());
  });

  it('invokes versions, never the newest code', () => {
    const functions = Object.values(machine.States).flatMap((state) => /\$\{(\w+)\}/.exec(state.Arguments?.FunctionName ?? '')?.[1] ?? []);
    expect(functions.map((id) => template.Resources[id]?.Type)).toEqual(functions.map(() => 'AWS::Lambda::Version'));
    expect(functions.map((id) => template.Resources[id]?.DeletionPolicy)).toEqual(functions.map(() => 'Retain'));
  });

  it('is a valid definition', () => {
    const { isValid, errors } = validate(machine as never);
    expect(errors).toEqual([]);
    expect(isValid).toBe(true);
  });

  it('reads as the story it tells', () => {
    const story = edgesOf(machine.States).map(
      ({ from, to, condition }) => `${from} → ${to}${condition && `  when ${condition.slice(3, -3)}`}`,
    );
    expect(story).toMatchSnapshot();
  });
});
