import { DescribeKeyCommand, KMSClient, NotFoundException } from '@aws-sdk/client-kms';
import type { SampleKeys } from '../contract/operator-ports.ts';
import { defaults } from './defaults.ts';

const client = new KMSClient(defaults);

export const sampleKeys: SampleKeys = {
  async describe(KeyId) {
    try {
      const { KeyMetadata: key } = await client.send(new DescribeKeyCommand({ KeyId }));
      return { state: key?.KeyState ?? '', spec: key?.KeySpec ?? '', usage: key?.KeyUsage ?? '' };
    } catch (error) {
      if (error instanceof NotFoundException) return null;
      throw error;
    }
  },
};
