import { CloudWatch } from '../../../rehearsal/aws/cloudwatch/cloudwatch.ts';
import { exampleWorld } from '../example-world.ts';
import { at } from '../stand-in.ts';

it('keeps the alarms of stacks, which are OK until somebody says otherwise', async () => {
  const world = exampleWorld();
  const cloudwatch = new CloudWatch(world);
  const alarm = cloudwatch.provisioners['AWS::CloudWatch::Alarm']!;
  const made = await alarm.create({ AlarmName: 'example' }, at('Alarm'));
  expect(made).toEqual({ physicalId: 'example', attributes: { Arn: 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:example' } });
  expect(cloudwatch.alarms.get('example')!.state).toBe('OK');
  await alarm.remove!('example', {}, at('Alarm'));
  expect(cloudwatch.alarms.size).toBe(0);
  world.remove();
});
