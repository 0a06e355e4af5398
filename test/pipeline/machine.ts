import { flat, grantsOf, ofType, type Template } from '../assembly.ts';

/** The parts of a state that the tests look at. */
export interface State {
  Type: string;
  Resource?: string;
  Next?: string;
  Default?: string;
  Choices?: { Condition: string; Next: string; Assign?: Record<string, unknown> }[];
  Catch?: { ErrorEquals: string[]; Next: string; Assign?: Record<string, unknown> }[];
  Arguments?: { FunctionName?: string };
}
export interface Edge {
  from: string;
  to: string;
  /** Condition of a Choice's rule; empty otherwise. */
  condition: string;
}

/** The synthesized state machine, with references to resources as `${LogicalId}`. */
export function machineOf(template: Template): { StartAt: string; States: Record<string, State>; QueryLanguage: string } {
  const [[, machine] = []] = ofType(template, 'AWS::StepFunctions::StateMachine');
  return JSON.parse(flat(machine!.Properties['DefinitionString']).replaceAll('${AWS::Partition}', 'aws'));
}

export function edgesOf(states: Record<string, State>): Edge[] {
  return Object.entries(states).flatMap(([from, state]) => [
    ...(state.Next ? [{ from, to: state.Next, condition: '' }] : []),
    ...(state.Default ? [{ from, to: state.Default, condition: '' }] : []),
    ...(state.Choices ?? []).map(({ Condition, Next }) => ({ from, to: Next, condition: Condition })),
    ...(state.Catch ?? []).map(({ Next }) => ({ from, to: Next, condition: '' })),
  ]);
}

/** Everything that can be reached from a state along the edges, the state itself included. */
export function reachable(start: string, edges: readonly Edge[]): Set<string> {
  const seen = new Set<string>();
  const open = [start];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (seen.has(state)) continue;
    seen.add(state);
    open.push(...edges.filter((edge) => edge.from === state).map((edge) => edge.to));
  }
  return seen;
}

/** A state that can come back to itself along the edges; undefined when there is none. */
export function anyCycle(edges: readonly Edge[]): string | undefined {
  return [...new Set(edges.map((edge) => edge.from))].find((state) =>
    edges.some((edge) => edge.from === state && reachable(edge.to, edges).has(state)),
  );
}

/** IAM actions of the function that a Task state invokes; empty for states that invoke none. */
export function actionsOf(template: Template, state: State): string[] {
  const version = /\$\{(\w+)\}/.exec(state.Arguments?.FunctionName ?? '')?.[1];
  if (!version) return [];
  const functionId = template.Resources[version]!.Properties['FunctionName'].Ref as string;
  const [roleId] = template.Resources[functionId]!.Properties['Role']['Fn::GetAtt'] as [string];
  return grantsOf(template, roleId).map(({ action }) => action);
}
