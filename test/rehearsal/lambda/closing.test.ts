import { type LambdaStandIn, startLambda } from './harness.ts';

let aws: LambdaStandIn;
beforeAll(async () => {
  aws = await startLambda();
});
afterAll(() => aws.stop());

it('runs nothing once it is closed: a function that began then would outlive its rehearsal', async () => {
  const name = await aws.deploy('export const handler = async () => console.log("ran");');
  await aws.parts.lambda.close();
  await aws.invoke(name, {}, { InvocationType: 'Event' });
  await aws.parts.lambda.settled();
  expect(aws.parts.lambda.warm).toBe(0);
  expect(aws.logs.get(`/aws/lambda/${name}`) ?? []).toEqual([]);
});
