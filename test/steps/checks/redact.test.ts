import fc from 'fast-check';
import { createRedactor } from '../../../steps/checks/redact.ts';
import { secretValues } from '../../../steps/checks/secret-values.ts';

const redactPatterns = createRedactor();

/** A credential as an issuer makes it, its first letters from the word example. */
const secret = fc.stringMatching(/^[A-Za-z0-9+/=_.~"\\%& -]{8,60}$/).map((text) => `exampleQ7${text}`);
const around = fc.string({ maxLength: 40 });

describe('createRedactor, fed with values', () => {
  const survives = (value: string, form: (value: string) => string) => {
    const redact = createRedactor([{ name: 'client_secret', value }]);
    return fc.property(around, around, (before, after) => {
      const planted = form(value);
      expect(redact(`${before} ${planted} ${after}`)).not.toContain(planted);
    });
  };

  it.each<[string, (value: string) => string]>([
    ['as it is', (value) => value],
    ['in JSON', (value) => JSON.stringify(value).slice(1, -1)],
    ['in JSON inside JSON', (value) => JSON.stringify(JSON.stringify(value)).slice(3, -3)],
    ['URL-encoded', encodeURIComponent],
    ['as a form field', (value) => new URLSearchParams({ v: value }).toString().slice(2)],
    ['in base64', (value) => Buffer.from(value).toString('base64')],
    ['in base64url', (value) => Buffer.from(value).toString('base64url')],
  ])('removes a value %s', (_name, form) => {
    fc.assert(
      fc.property(secret, (value) => {
        fc.assert(survives(value, form), { numRuns: 3 });
      }),
    );
  });

  it('removes a value from the midst of a longer base64 text, so that decoding it shows nothing', () => {
    fc.assert(
      fc.property(secret, fc.stringMatching(/^[a-z:]{0,9}$/), fc.stringMatching(/^[a-z:]{0,9}$/), (value, before, after) => {
        const redacted = createRedactor([{ name: 'client_secret', value }])(Buffer.from(before + value + after).toString('base64'));
        for (const part of redacted.split(/\[redacted:[^\]]+\]/))
          expect(Buffer.from(part, 'base64').toString()).not.toContain(value.slice(1, -1));
        expect(redacted).toContain('[redacted:client_secret]');
      }),
    );
  });

  it('leaves no end of a longer value standing when a shorter one begins alike', () => {
    const redact = createRedactor([
      { name: 'a', value: 'example-secret' },
      { name: 'b', value: 'example-secret-and-more' },
    ]);
    expect(redact('x example-secret-and-more y example-secret z')).toBe('x [redacted:b] y [redacted:a] z');
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(secret, fc.string(), fc.constant('Authorization: Bearer '), fc.constant('client_secret='))),
        (parts) => {
          const redact = createRedactor([{ name: 'client_secret', value: 'example-secret-value' }]);
          const once = redact(parts.join(' example-secret-value '));
          expect(redact(once)).toBe(once);
        },
      ),
    );
  });

  it('removes a value of several lines also where a log puts a time before each of them', () => {
    const value = '-----BEGIN EXAMPLE-----\nexample-first-long-line\nshort\nexample-second-long-line';
    const logged = value
      .split('\n')
      .map((line) => `2026-01-01T12:00:00.000Z ${line}`)
      .join('\n');
    const redacted = createRedactor([{ name: 'certificate', value }])(logged);
    expect(redacted).not.toMatch(/first-long|second-long/);
    // What every certificate begins with, and a line too short to be a credential, tell nothing.
    expect(redacted).toContain('-----BEGIN EXAMPLE-----');
    expect(redacted).toContain(' short');
  });

  it('does not take a short value for a secret', () => {
    expect(createRedactor([{ name: 'x', value: 'INFO' }])('level INFO')).toBe('level INFO');
  });
});

describe('createRedactor, by shape alone', () => {
  const base64 = 'RXhhbXBsZTEyMzQ1Njc4OTA'.repeat(3);
  const pem = `-----BEGIN EC PRIVATE KEY-----\n${base64}\n${base64}\n-----END EC PRIVATE KEY-----`;

  const secrets: [string, string, string][] = [
    ['a private key', pem, base64],
    ['a private key in JSON', JSON.stringify({ pem }), base64],
    ['the rest of a private key whose start was cut off', pem.split('\n').slice(1).join('\n'), base64],
    ['the rest of a private key whose end was cut off', pem.split('\n').slice(0, 2).join('\n'), base64],
    [
      'a pre-signed URL',
      'GET https://example.s3.amazonaws.com/k?X-Amz-Credential=EX%2F1&X-Amz-Signature=0123456789abcdef',
      '0123456789abcdef',
    ],
    ['a signature alone', 'X-Amz-Signature=0123456789abcdef', '0123456789abcdef'],
    ['an Authorization header', `authorization: Basic ${base64}`, base64],
    ['an Authorization header in JSON', JSON.stringify({ headers: { Authorization: `Bearer ${base64}` } }), base64],
    ['an Authorization header in JSON inside JSON', JSON.stringify(JSON.stringify({ Authorization: `Bearer ${base64}` })), base64],
    ['a bearer token in prose', `sent Bearer ${base64} and failed`, base64],
    ['a web token', `got eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJleGFtcGxlIn0.c2lnbmF0dXJl`, 'eyJzdWIiOiJleGFtcGxlIn0'],
    ['a webhook signature', `webhook sig v1bder,MEUC${base64}==`, base64],
    ['an access key', 'key AKIAEXAMPLEEXAMPLE12 used', 'AKIAEXAMPLEEXAMPLE12'],
    ['a secret access key', `"SecretAccessKey":"${base64}"`, base64],
    ['a form field', 'grant_type=x&client_secret=example1&y=2', 'example1'],
    ['a JSON field', '{"access_token":"example-words-only"}', 'example-words-only'],
    ['an escaped JSON field', JSON.stringify('{"client_secret":"example-words-only"}'), 'example-words-only'],
    ['a password in a URL', 'https://user:example-pass@example.com/', 'example-pass'],
    ['a cookie', 'Cookie: session=example-value', 'example-value'],
  ];
  it.each(secrets)('removes %s', (_name, text, planted) => {
    expect(text).toContain(planted);
    expect(redactPatterns(text)).not.toContain(planted);
  });

  // A letter that belongs to an escape or a colour stands right before the secret: it is no part of its word.
  it.each(secrets)('removes it after a line end or a tab in JSON, and in a coloured log: %s', (_name, text, planted) => {
    const bare = planted.slice(0, 12);
    for (const before of ['a\n', 'a\r\n', '\t', '\u001b[32m', '\u0000']) {
      const json = JSON.stringify({ line: before + text });
      for (const form of [before + text, json, JSON.stringify(json)]) expect(redactPatterns(form)).not.toContain(bare);
    }
  });

  it('leaves JSON that can be read', () => {
    const piece = fc.oneof(
      fc.constantFrom(...secrets.map(([, text]) => text), '\n', '"', '\\', '\u001b[1m', "'"),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const once = JSON.stringify({ reason: pieces.join(''), missing: [] });
        expect(JSON.parse(redactPatterns(once))).toMatchObject({ missing: [] });
        expect(JSON.parse(redactPatterns(JSON.stringify({ cause: once })))).toBeDefined();
      }),
      { numRuns: 300, examples: [[[' ', secrets[2]![1]]]] },
    );
  });

  it.each([
    'Basic authentication is required; Bearer token expired',
    'client_secret: missing, client_id: missing',
    '{"event":"config.invalid","cause":"SecretKeyMissing","keys":["client_secret","app_definition_id"]}',
    '{"token":"release-v1-4-0-0123456-1-deploy","BenchlingSecret":"example/staging/benchling"}',
    'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    'arn:aws:ecs:us-east-1:111122223333:task/example/0123456789abcdef0123456789abcdef',
    'CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref 127.0.0.1:5000/example@sha256:0123',
    'retrieved secret from Secrets Manager did not contain json key app_definition_id',
    'User: arn:aws:sts::111122223333:assumed-role/example/task is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:us-east-1:111122223333:example',
    '{"client_id":"***7890","password":"***","api_key":null}',
    'GET https://example.com/health?verbose=1&signature_check=on 200',
  ])('leaves a harmless look-alike as it is: %s', (text) => {
    expect(redactPatterns(text)).toBe(text);
  });

  it('takes time in proportion to the text, whatever it holds', () => {
    for (const seed of ['A', 'eyJ', '-----BEGIN PRIVATE KEY-----', 'authorization:', 'https://a:', '?sig', 'client_secret="', '\\']) {
      const startedAt = performance.now();
      redactPatterns(seed.repeat(200_000 / seed.length));
      expect(performance.now() - startedAt).toBeLessThan(2_000);
    }
  });
});

describe('secretValues', () => {
  it('takes secret-class and unknown keys, in either spelling, and leaves what the service shows to anybody', () => {
    const text = JSON.stringify({
      CLIENT_SECRET: 'example-secret',
      client_id: 'example-id',
      tenant: 'example',
      extra: 'example-extra',
      log_level: 'INFO',
    });
    expect(secretValues(text, []).map(({ value }) => value)).toEqual([
      'example-secret',
      'example-id',
      'example-extra',
      'example-id:example-secret',
    ]);
  });
  it('takes the whole text and its longer words when it is no JSON', () => {
    expect(secretValues('client_secret=example-secret tenant=example', []).map(({ value }) => value)).toEqual([
      'client_secret=example-secret tenant=example',
      'example-secret',
    ]);
  });
  it('leaves a public value that stands in a secret-class key: it is the evidence', () => {
    expect(secretValues('{"client_secret":"example/benchling"}', ['example/benchling'])).toEqual([]);
  });
  it.each([null, '', '  \n'])('has nothing to take from a secret that was never filled: %j', (text) => {
    expect(secretValues(text, [])).toEqual([]);
  });
  it('takes numbers and nested values as they are written, and no switches', () => {
    const text = JSON.stringify({ pin: 12345678, more: { token: 'example-token' }, on: true, off: null });
    expect(secretValues(text, []).map(({ value }) => value)).toEqual(['12345678', '{"token":"example-token"}']);
  });
  it.each([
    ['"example-secret"', 'example-secret'],
    ['12345678', '12345678'],
  ])('takes JSON that is no object for the secret itself: %s', (text, value) => {
    expect(secretValues(text, []).map((each) => each.value)).toContain(value);
  });
});
