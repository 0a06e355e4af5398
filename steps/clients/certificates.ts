import { ACMClient, DescribeCertificateCommand, ResourceNotFoundException } from '@aws-sdk/client-acm';
import type { Certificates } from '../contract/operator-ports.ts';
import { defaults } from './defaults.ts';

const client = new ACMClient(defaults);

export const certificates: Certificates = {
  async describe(CertificateArn) {
    try {
      const { Certificate: found } = await client.send(new DescribeCertificateCommand({ CertificateArn }));
      return {
        status: found?.Status ?? '',
        names: [...new Set([found?.DomainName ?? [], found?.SubjectAlternativeNames ?? []].flat())],
        notAfter: found?.NotAfter?.toISOString() ?? null,
        renewed: found?.Type === 'AMAZON_ISSUED',
      };
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return null;
      throw error;
    }
  },
};
