import { STATE_TYPES, type StateType } from '../definition.ts';
import { checkExpressions } from './expressions.ts';
import { EXPRESSION_FIELDS, REQUIRED_FIELDS, RULE_FIELDS, STATE_FIELDS } from './fields.ts';
import { type Check, checkFlow } from './flow.ts';
import { isObject, type Unchecked } from './problems.ts';
import { checkCatchers, checkRetriers } from './recovery.ts';

/** Checks one state: its fields, what they hold, and the flows inside it. */
export function checkState(name: string, state: Unchecked, place: string, check: Check): void {
  const { problems } = check;
  const type = state.Type as StateType;
  if (!STATE_TYPES.includes(type)) {
    problems.add(place, `the state '${name}' has the unknown type '${state.Type}', expected one of ${STATE_TYPES.join(', ')}`);
    return;
  }
  if (state.QueryLanguage !== undefined && state.QueryLanguage !== 'JSONata') {
    problems.add(place, `the query language '${state.QueryLanguage}' is not supported: this engine runs JSONata only`);
  }
  problems.unknownFields(place, state, STATE_FIELDS[type]);
  for (const field of REQUIRED_FIELDS[type] ?? []) {
    if (state[field] === undefined) problems.add(place, `the field '${field}' is required`);
  }
  checkWayOut(type, state, place, check);
  checkExit(state, place, check);
  checkRetriers(state.Retry, place, problems);
  checkCatchers(state.Catch, place, check, checkExit);
  SPECIAL[type]?.(state, place, check);
}

function checkWayOut(type: StateType, state: Unchecked, place: string, { problems }: Check): void {
  if (!STATE_FIELDS[type].includes('Next')) return;
  if (state.End !== undefined && state.End !== true) problems.add(place, "the field 'End' must be true or absent");
  if ((state.Next === undefined) === (state.End === undefined)) problems.add(place, "exactly one of 'Next' and 'End' is required");
}

/** Everything in a state, catcher or rule that may hold expressions. */
export function checkExit(holder: Unchecked, place: string, { problems }: Check): void {
  for (const field of EXPRESSION_FIELDS) checkExpressions(holder[field], `${place}/${field}`, problems);
  if (holder.Assign === undefined) return;
  if (!isObject(holder.Assign)) {
    problems.add(`${place}/Assign`, 'must be an object');
    return;
  }
  for (const name of Object.keys(holder.Assign)) {
    // `states` is the engine's own; a name that JSONata cannot spell could never be read.
    if (name === 'states' || !/^[A-Za-z_][A-Za-z0-9_]{0,79}$/.test(name))
      problems.add(`${place}/Assign`, `'${name}' is not a variable name`);
  }
}

const SPECIAL: Readonly<Partial<Record<StateType, (state: Unchecked, place: string, check: Check) => void>>> = {
  Task: checkTask,
  Choice: checkChoice,
  Wait: (state, place, { problems }) => {
    if ((state.Seconds === undefined) === (state.Timestamp === undefined)) {
      problems.add(place, "exactly one of 'Seconds' and 'Timestamp' is required");
    }
    checkCount(state, 'Seconds', 0, place, problems);
  },
  Parallel: (state, place, check) => {
    for (const [index, branch] of nonEmpty(state, 'Branches', place, check).entries()) {
      if (isObject(branch)) checkFlow(branch, `${place}/Branches[${index}]`, check);
      else check.problems.add(`${place}/Branches[${index}]`, 'a branch must be an object');
    }
  },
  Map: checkMap,
};

function checkTask(state: Unchecked, place: string, { problems, refuse }: Check): void {
  checkCount(state, 'TimeoutSeconds', 1, place, problems);
  checkCount(state, 'HeartbeatSeconds', 1, place, problems);
  if (Number(state.HeartbeatSeconds) >= Number(state.TimeoutSeconds)) {
    problems.add(place, "'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'");
  }
  if (typeof state.Resource !== 'string') return;
  const why = refuse(state.Resource);
  if (why) problems.add(`${place}/Resource`, why);
}

function checkChoice(state: Unchecked, place: string, check: Check): void {
  const { problems } = check;
  for (const [index, rule] of nonEmpty(state, 'Choices', place, check).entries()) {
    const at = `${place}/Choices[${index}]`;
    if (!isObject(rule)) {
      problems.add(at, 'a choice rule must be an object');
      continue;
    }
    problems.unknownFields(at, rule, RULE_FIELDS);
    if (rule.Condition === undefined) problems.add(at, "the field 'Condition' is required");
    problems.requireText(at, rule, 'Next');
    checkExit(rule, at, check);
  }
}

function checkMap(state: Unchecked, place: string, check: Check): void {
  const { problems } = check;
  checkCount(state, 'MaxConcurrency', 0, place, problems);
  if (!isObject(state.ItemProcessor)) return;
  const config = state.ItemProcessor.ProcessorConfig;
  if (isObject(config) && config.Mode !== undefined && config.Mode !== 'INLINE') {
    problems.add(`${place}/ItemProcessor/ProcessorConfig`, `the mode '${config.Mode}' is not supported: this engine runs INLINE only`);
  }
  checkFlow(state.ItemProcessor, `${place}/ItemProcessor`, check);
}

function nonEmpty(state: Unchecked, field: string, place: string, { problems }: Check): unknown[] {
  const value = state[field];
  if (Array.isArray(value) && value.length) return value;
  problems.add(place, `'${field}' must be a non-empty array`);
  return [];
}

/** A literal is checked now; an expression when it is evaluated. */
function checkCount(state: Unchecked, field: string, least: number, place: string, problems: Check['problems']): void {
  const value = state[field];
  if (value === undefined || typeof value === 'string') return;
  if (!Number.isInteger(value) || Number(value) < least) problems.add(`${place}/${field}`, `must be an integer of at least ${least}`);
}
