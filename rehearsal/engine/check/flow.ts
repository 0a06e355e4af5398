import { FLOW_FIELDS } from './fields.ts';
import { isObject, type Problems, type Unchecked } from './problems.ts';
import { checkState } from './state.ts';

/** What the check of one machine shares. */
export interface Check {
  readonly problems: Problems;
  readonly refuse: (resource: string) => string | undefined;
  /** State name → where it stands; names are unique in the whole machine. */
  readonly names: Map<string, string>;
  /** Variables that enclosing flows assign: an inner scope must not assign them again. */
  readonly outerVariables: ReadonlySet<string>;
}

/** Checks a machine's, branch's or processor's states, and that each can be reached. */
export function checkFlow(flow: Unchecked, place: string, check: Check): void {
  const { problems } = check;
  if (place) problems.unknownFields(place, flow, FLOW_FIELDS);
  if (!isObject(flow.States) || Object.keys(flow.States).length === 0) {
    problems.add(place, "these fields are required: ['States']");
    return;
  }
  const states = Object.entries(flow.States).filter((entry): entry is [string, Unchecked] => isObject(entry[1]));
  for (const [name] of states) checkName(name, `${place}/States/${name}`, check);
  for (const [name, state] of Object.entries(flow.States)) {
    if (!isObject(state)) problems.add(`${place}/States/${name}`, 'a state must be an object');
  }
  const own = new Set(states.flatMap(([, state]) => assignedBy(state)));
  for (const name of own) {
    if (check.outerVariables.has(name)) problems.add(place, `the variable '${name}' is assigned in an outer scope already`);
  }
  const inner = { ...check, outerVariables: new Set([...check.outerVariables, ...own]) };
  for (const [name, state] of states) checkState(name, state, `${place}/States/${name}`, inner);
  if (problems.requireText(place, flow, 'StartAt')) checkTransitions(String(flow.StartAt), new Map(states), place, problems);
}

function checkName(name: string, place: string, { names, problems }: Check): void {
  const other = names.get(name);
  if (other) problems.add(place, `the state name '${name}' is used at ${other} already`, 'DUPLICATE_STATE_NAME');
  if (name.length > 80) problems.add(place, `the state name has ${name.length} characters, expected at most 80`);
  names.set(name, place);
}

const exitsOf = (state: Unchecked): Unchecked[] =>
  [state, ...[state.Choices, state.Catch].flatMap((list) => (Array.isArray(list) ? list : []))].filter(isObject);

const assignedBy = (state: Unchecked): string[] => exitsOf(state).flatMap(({ Assign }) => (isObject(Assign) ? Object.keys(Assign) : []));

const targetsOf = (state: Unchecked): string[] =>
  [...exitsOf(state).map(({ Next }) => Next), state.Default].filter((target): target is string => typeof target === 'string');

function checkTransitions(startAt: string, states: ReadonlyMap<string, Unchecked>, place: string, problems: Problems): void {
  const missing = (target: string, from: string) =>
    problems.add(from, `there is no state '${target}' to go to`, 'MISSING_TRANSITION_TARGET');
  if (!states.has(startAt)) missing(startAt, `${place}/StartAt`);
  const reached = new Set([startAt]);
  // A Set that grows while it is walked: each state is visited once, in the order found.
  for (const name of reached) {
    for (const target of targetsOf(states.get(name) ?? {})) reached.add(target);
  }
  for (const [name, state] of states) {
    for (const target of targetsOf(state)) if (!states.has(target)) missing(target, `${place}/States/${name}`);
    if (!reached.has(name)) problems.add(`${place}/States/${name}`, `the state '${name}' is not reachable`, 'MISSING_TRANSITION_TARGET');
  }
}
