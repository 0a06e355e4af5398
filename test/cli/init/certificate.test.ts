import { checkCertificate } from '../../../cli/init/address-checks.ts';
import type { CertificateView } from '../../../steps/contract/operator-ports.ts';
import { certificate, certificateArn, surroundings } from './example.ts';

const domain = 'webhook.prod.example.com';
const check = (found: CertificateView | null, name = domain, arn = certificateArn) =>
  checkCertificate(arn, name, surroundings({ certificates: { describe: async () => found } }));

describe('a certificate', () => {
  it('that is issued for the name is ok, and until when is said', async () => {
    expect(await check(certificate())).toMatchObject({ verdict: 'ok', says: expect.stringContaining('90 days from now; AWS renews it') });
    expect(await check(certificate({ renewed: false }))).toMatchObject({ says: expect.stringContaining('people renew it') });
  });

  it.each<[string, CertificateView | null, string]>([
    ['that is not there', null, 'missing'],
    ['that waits for its proof', certificate({ status: 'PENDING_VALIDATION' }), 'problem'],
    ['of other names', certificate({ names: ['example.com'] }), 'problem'],
    ['that has expired', certificate({}, -1), 'problem'],
    ['that ends within a month', certificate({}, 29), 'warning'],
    ['of which AWS tells no end', certificate({ notAfter: null }), 'unknown'],
  ])('%s is no ok', async (_what, found, verdict) => {
    expect(await check(found)).toMatchObject({ verdict, next: expect.stringContaining('aws acm describe-certificate') });
  });

  it('of another region is refused before it is looked for: there it would seem missing', async () => {
    expect(await check(null, domain, certificateArn.replace('eu-west-1', 'us-east-1'))).toMatchObject({ verdict: 'problem' });
  });

  it('with a wildcard covers one label, and not two, and not none', async () => {
    const wild = certificate({ names: ['*.example.com'] });
    expect(await check(wild, 'webhook.example.com')).toMatchObject({ verdict: 'ok' });
    expect(await check(wild, 'a.webhook.example.com')).toMatchObject({ verdict: 'problem' });
    expect(await check(wild, 'example.com')).toMatchObject({ verdict: 'problem' });
  });
});
