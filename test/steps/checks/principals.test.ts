import { mayBeTheSame, principalOf } from '../../../steps/checks/principals.ts';

const iam = (rest: string, account = '111122223333') => `arn:aws:iam::${account}:${rest}`;
const session = (rest: string, account = '111122223333') => `arn:aws:sts::${account}:assumed-role/${rest}`;
const sso = 'AWSReservedSSO_Release_0123456789abcdef';

describe('whether two principals may be one person', () => {
  it.each<[string, string, string]>([
    ['a user', iam('user/ada'), iam('user/ada')],
    ['a user, whatever the case', iam('user/Ada'), iam('user/ada')],
    ['a user of a path', iam('user/team/ada'), iam('user/team/ada')],
    ['a session', session('Release/ada'), session('Release/ada')],
    // Whoever assumes it names the session as they like.
    ['two sessions of a role that people assume', session('Release/ada'), session('Release/grace')],
    ['a role, and a session of it', iam('role/Release'), session('Release/ada')],
    [
      'a role of a path, and a session of it, which has none',
      iam(`role/aws-reserved/sso.amazonaws.com/${sso}`),
      session(`${sso}/ada@example.com`),
    ],
    ['a session of Identity Center', session(`${sso}/ada@example.com`), session(`${sso}/Ada@example.com`)],
    ['the root', iam('root'), iam('root')],
  ])('says yes of %s', (_, a, b) => {
    expect([mayBeTheSame(a, b), mayBeTheSame(b, a)]).toEqual([true, true]);
  });

  it.each<[string, string, string]>([
    ['two users', iam('user/ada'), iam('user/grace')],
    ['users of two accounts', iam('user/ada'), iam('user/ada', '444455556666')],
    ['a user and a role of one name', iam('user/ada'), iam('role/ada')],
    ['a user and a session that is named after them', iam('user/ada'), session('Release/ada')],
    ['sessions of two roles', session('Release/ada'), session('Other/ada')],
    ['sessions of two accounts', session(`${sso}/ada@example.com`), session(`${sso}/ada@example.com`, '444455556666')],
    ['two people of Identity Center', session(`${sso}/ada@example.com`), session(`${sso}/grace@example.com`)],
    ['a person and what is no principal', iam('user/ada'), 'ada'],
  ])('says no of %s', (_, a, b) => {
    expect([mayBeTheSame(a, b), mayBeTheSame(b, a)]).toEqual([false, false]);
  });

  it.each([
    'ada',
    '',
    iam('user'),
    iam('root/x'),
    session('Release'),
    'arn:aws:sts::111122223333:federated-user/ada',
    'arn:aws:s3:::example',
  ])('knows no principal in "%s"', (arn) => {
    expect(principalOf(arn)).toBeNull();
  });
});
