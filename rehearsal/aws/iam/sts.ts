import * as sts from '@aws-sdk/client-sts';
import type { Call, Service, World } from '../kernel.ts';
import { protocolOnly, refuseMembers } from '../sdk-words.ts';
import type { Credentials, Iam } from './iam.ts';

/** An hour, AWS's default for an assumed role. Credentials here do not expire; a rehearsal is shorter. */
const SESSION_SECONDS = 3600;

export function stsService(world: World, iam: Iam): Service {
  const lent = (keys: Credentials, session: string) => ({
    Credentials: {
      AccessKeyId: keys.AWS_ACCESS_KEY_ID,
      SecretAccessKey: keys.AWS_SECRET_ACCESS_KEY,
      SessionToken: keys.AWS_SESSION_TOKEN,
      Expiration: new Date(world.clock.now().getTime() + SESSION_SECONDS * 1000),
    },
    AssumedRoleUser: { Arn: iam.sessionArn(iam.principal(keys.AWS_ACCESS_KEY_ID)!), AssumedRoleId: `AROA:${session}` },
  });
  return {
    signingName: 'sts',
    sdk: sts,
    client: new sts.STSClient(protocolOnly),
    handlers: {
      GetCallerIdentity: (_: unknown, { principal }: Call) => ({
        Account: world.account,
        Arn: iam.sessionArn(principal),
        UserId: principal.arn.split('/').at(-1),
      }),
      async AssumeRole({ RoleArn, RoleSessionName }: sts.AssumeRoleRequest, { principal }: Call) {
        return lent(await iam.assumeRole(principal, RoleArn!, RoleSessionName!), RoleSessionName!);
      },
      async AssumeRoleWithWebIdentity(input: sts.AssumeRoleWithWebIdentityRequest) {
        refuseMembers('AssumeRoleWithWebIdentity', { ...input }, 'ProviderId', 'PolicyArns', 'Policy');
        const { RoleArn, RoleSessionName, WebIdentityToken } = input;
        const { keys, subject, audience, provider } = await iam.assumeRoleWithWebIdentity(RoleArn!, RoleSessionName!, WebIdentityToken!);
        return { ...lent(keys, RoleSessionName!), SubjectFromWebIdentityToken: subject, Audience: audience, Provider: provider };
      },
    },
    permissions: {
      // AWS lets everybody ask who they are.
      GetCallerIdentity: () => [],
      // Decided by the handler: it takes the role's trust policy as well as the caller's policies.
      AssumeRole: () => [],
      AssumeRoleWithWebIdentity: () => [],
    },
    // Who has a token of an identity provider has no credentials yet.
    unsigned: ['AssumeRoleWithWebIdentity'],
  };
}
