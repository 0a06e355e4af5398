import { createHash } from 'node:crypto';
import { KMSClient, SignCommand } from '@aws-sdk/client-kms';
import type { SampleSigner } from '../contract/ports.ts';
import { defaults } from './defaults.ts';

const client = new KMSClient(defaults);

export const sampleSigner: SampleSigner = {
  async sign(KeyId, message) {
    // The digest, not the message: KMS signs at most 4,096 bytes of the latter.
    const Message = createHash('sha256').update(message).digest();
    const { Signature } = await client.send(new SignCommand({ KeyId, Message, MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' }));
    if (!Signature) throw new Error(`KMS returned no signature of ${KeyId}`);
    return Signature;
  },
};
