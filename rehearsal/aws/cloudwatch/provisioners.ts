import type { Properties, Provisioner, Provisioners, Provisioning } from '../kernel.ts';
import { namePattern, on, physicalName } from '../physical-names.ts';
import { refuseProperties } from '../sdk-words.ts';
import { type AlarmSettings, type Comparison, comparisons, type MissingData, treatments } from './alarm.ts';
import type { CloudWatch } from './cloudwatch.ts';
import { isStatistic } from './statistic.ts';

const type = 'AWS::CloudWatch::Alarm';
/** Metric math and other evaluations: without them an alarm would judge by something else than it says. */
const unsupported = [
  'Metrics',
  'ThresholdMetricId',
  'EvaluateLowSampleCountPercentile',
  'EvaluationCriteria',
  'EvaluationInterval',
  'Unit',
];

export function provisioners(cloudwatch: CloudWatch): Provisioners {
  const nameOf = (properties: Properties, at: Provisioning): string => properties['AlarmName'] ?? physicalName(at, 255);
  const answer = (name: string) => ({ physicalId: name, attributes: { Arn: cloudwatch.arnOf(name) } });
  const alarm: Provisioner = {
    replaceOn: ['AlarmName'],
    create(properties, at) {
      const name = nameOf(properties, at);
      if (cloudwatch.alarms.has(name)) throw new Error(`${name} already exists`);
      cloudwatch.put(settingsOf(name, cloudwatch.arnOf(name), properties));
      return answer(name);
    },
    update(name, properties) {
      cloudwatch.put(settingsOf(name, cloudwatch.arnOf(name), properties));
      return answer(name);
    },
    remove: (name) => void cloudwatch.alarms.delete(name),
    permissions: (verb, properties, at) =>
      on(
        cloudwatch.arnOf(properties['AlarmName'] ?? namePattern(at)),
        verb === 'delete' ? 'cloudwatch:DeleteAlarms' : 'cloudwatch:PutMetricAlarm',
      ),
  };
  return { [type]: alarm };
}

/** What the rehearsal cannot evaluate it refuses by name. */
function settingsOf(name: string, arn: string, properties: Properties): AlarmSettings {
  refuseProperties(type, properties, ...unsupported);
  const statistic: string = properties['ExtendedStatistic'] ?? properties['Statistic'] ?? '';
  if (!isStatistic(statistic)) throw new Error(`${type} with statistic ${statistic} is not supported by this stand-in.`);
  const period = Number(properties['Period']);
  if (!(period >= 60 && period % 60 === 0))
    throw new Error(`${type} with a period of ${period} s is not supported: expected whole minutes.`);
  const evaluationPeriods = Number(properties['EvaluationPeriods']);
  const enabled = ![false, 'false'].includes(properties['ActionsEnabled']);
  return {
    name,
    arn,
    description: properties['AlarmDescription'],
    metric: {
      namespace: properties['Namespace'],
      name: properties['MetricName'],
      dimensions: Object.fromEntries((properties['Dimensions'] ?? []).map(({ Name, Value }: Properties) => [Name, Value])),
    },
    statistic,
    period,
    evaluationPeriods,
    datapointsToAlarm: Number(properties['DatapointsToAlarm'] ?? evaluationPeriods),
    threshold: Number(properties['Threshold']),
    comparison: oneOf(Object.keys(comparisons) as Comparison[], properties['ComparisonOperator']),
    treatMissingData: oneOf<MissingData>(treatments, properties['TreatMissingData'] ?? 'missing'),
    actions: {
      ALARM: topicsIn(enabled ? properties['AlarmActions'] : []),
      OK: topicsIn(enabled ? properties['OKActions'] : []),
      INSUFFICIENT_DATA: topicsIn(enabled ? properties['InsufficientDataActions'] : []),
    },
  };
}

/** Topics alone are told here. */
function topicsIn(actions: readonly string[] = []): readonly string[] {
  const other = actions.find((arn) => arn.split(':')[2] !== 'sns');
  if (other) throw new Error(`${type} with the action ${other} is not supported by this stand-in: topics only.`);
  return actions;
}

function oneOf<Name extends string>(names: readonly Name[], given: string): Name {
  const found = names.find((name) => name === given);
  if (!found) throw new Error(`${type}: ${given} is not supported by this stand-in: ${names.join(', ')} are.`);
  return found;
}
