import { EcsService, type ServiceSettings } from '../../../rehearsal/aws/ecs/service.ts';
import { serviceOf } from '../../../rehearsal/faults/stage-service.ts';

const clusterArn = 'arn:aws:ecs:us-east-1:111122223333:cluster/example';
const named = (name: string) => new EcsService({ arn: `${clusterArn}/${name}`, name, clusterArn }, {} as ServiceSettings, 2, () => {});

it("finds the stage's service among those that ECS still describes after they were deleted, and those of other stages", () => {
  const deleted = named('ExampleService-Service-1');
  deleted.status = 'INACTIVE';
  const other = named('OtherService-Service-1');
  const service = named('ExampleService-Service-2');
  expect(serviceOf([deleted, other, service], { serviceStack: 'ExampleService' })).toBe(service);
  expect(serviceOf([deleted, other], { serviceStack: 'ExampleService' })).toBeUndefined();
});
